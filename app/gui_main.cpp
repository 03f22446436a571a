#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <algorithm>
#include <string_view>

#include "ui/desktop/colour_scheme.h"
#include "ui/main_window/main_window.h"
#include "ui/settings/look.h"

namespace {

void describe(QCommandLineParser& parser) {
    parser.setApplicationDescription("The window of Fanlight: large batches of images and texts from prompt lists.");
    parser.addPositionalArgument("FILE", "A project or a run folder to open, or prompt lists and PNGs to import",
                                 "[FILE...]");
    parser.addHelpOption();
    parser.addVersionOption();
}

/// Whether the command line asks for something that is printed: no screen is needed for that.
bool asks_for_text(int argc, char** argv) {
    const std::string_view options[] = {"-h", "--help", "--help-all", "-v", "--version"};
    for (int i = 1; i < argc && std::string_view(argv[i]) != "--"; ++i)
        if (std::find(std::begin(options), std::end(options), argv[i]) != std::end(options)) return true;
    return false;
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication::setApplicationName("fanlight");
    QCoreApplication::setOrganizationName("fanlight");
    QCoreApplication::setApplicationVersion(FANLIGHT_VERSION);
    QCommandLineParser parser;
    describe(parser);
    if (asks_for_text(argc, argv)) {
        const QCoreApplication application(argc, argv);
        parser.process(application);  // does not return
    }
    QApplication application(argc, argv);
    QApplication::setApplicationDisplayName("Fanlight");
    QApplication::setDesktopFileName("fanlight");
    QApplication::setWindowIcon(QIcon(":/icons/fanlight.svg"));
    parser.process(application);
    fanlight::ui::applyChosenLanguage();
    fanlight::ui::applyChosenColours();
    const fanlight::ui::ColourScheme desktop;
    QObject::connect(&desktop, &fanlight::ui::ColourScheme::preferred, &application,
                     &fanlight::ui::setDesktopPreference);

    fanlight::ui::MainWindow window(parser.positionalArguments());
    window.show();
    window.attach();
    return QApplication::exec();
}
