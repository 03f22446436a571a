#include <QApplication>

#include "ui/main_window/main_window.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    fanlight::ui::MainWindow window;
    window.show();
    return QApplication::exec();
}
