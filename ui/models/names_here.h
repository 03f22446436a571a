#pragma once

#include <QStringList>

namespace fanlight::ui {

/// What prompts and rows may name on this machine, as find_model() and the like take it.
struct NamesHere {
    QStringList models;  ///< of images, that can be used
    QStringList loras, embeddings, styles;
};

/// Reads the folders: not in the GUI thread.
NamesHere namesHere();

}  // namespace fanlight::ui
