#include "ui/main_window/main_window.h"

namespace fanlight::ui {

MainWindow::MainWindow(QWidget* parent) : QMainWindow(parent) {
    setWindowTitle(tr("Fanlight"));
    resize(1280, 800);
}

}  // namespace fanlight::ui
