#pragma once

#include <QToolBar>

namespace fanlight::ui {

/// The buttons of a pane. Unlike other tool bars it is reached by Tab; where there is no room for all buttons, the rest
/// is in its menu.
class PaneBar : public QToolBar {
    Q_OBJECT

public:
    explicit PaneBar(const QString& accessibleName, QWidget* parent = nullptr);

protected:
    void actionEvent(QActionEvent* event) override;
};

}  // namespace fanlight::ui
