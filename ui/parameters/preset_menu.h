#pragma once

#include <QMenu>
#include <functional>

#include "ui/parameters/generation.h"

namespace fanlight::ui {

/// The presets that the user has saved, to be chosen, deleted and added to.
class PresetMenu : public QMenu {
    Q_OBJECT

public:
    /// `current`: what a new one would hold.
    explicit PresetMenu(std::function<Generation()> current, QWidget* parent = nullptr);

Q_SIGNALS:
    void chosen(const Generation& generation);

private:
    void fill();
    void save();

    std::function<Generation()> current_;
};

}  // namespace fanlight::ui
