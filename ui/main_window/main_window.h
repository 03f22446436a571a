#pragma once

#include <QMainWindow>

namespace fanlight::ui {

/// The application's one window: panes in docks around the prompt list.
class MainWindow : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(QWidget* parent = nullptr);
};

}  // namespace fanlight::ui
