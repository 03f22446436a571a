#pragma once

#include <QString>

namespace fanlight::ui {

/// Two expressions of SQLite's FTS5; empty where nothing is asked.
struct SearchText {
    QString wanted;
    QString excluded;
};

/// What the user typed, as expressions that cannot be malformed. Every word must begin a word of the prompt, the
/// negative prompt or the settings; "words in quotes" must stand beside each other; -word excludes; steps:20 (any name
/// before the colon) looks only at the settings.
SearchText searchText(const QString& typed);

}  // namespace fanlight::ui
