#include <QApplication>
#include <QIcon>

#include "ui/desktop/colour_scheme.h"
#include "ui/main_window/main_window.h"
#include "ui/settings/look.h"

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName("fanlight");
    QApplication::setOrganizationName("fanlight");
    QApplication::setApplicationDisplayName("Fanlight");
    QApplication::setApplicationVersion(FANLIGHT_VERSION);
    QApplication::setDesktopFileName("fanlight");
    QApplication::setWindowIcon(QIcon(":/icons/fanlight.svg"));
    fanlight::ui::applyChosenLanguage();
    fanlight::ui::applyChosenColours();
    const fanlight::ui::ColourScheme desktop;
    QObject::connect(&desktop, &fanlight::ui::ColourScheme::preferred, &application,
                     &fanlight::ui::setDesktopPreference);

    fanlight::ui::MainWindow window(QApplication::arguments().mid(1));
    window.show();
    window.attach();
    return QApplication::exec();
}
