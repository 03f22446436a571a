// screenshots LANGUAGE light|dark FOLDER: pictures of the window and each of its panes while the starter model makes
// images, as a new user would see them: without settings, with one run.

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QTest>

#include "tests/support/private_home.h"
#include "ui/devices/devices_pane.h"
#include "ui/gallery/gallery_actions.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/gallery/grid_view.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/run_controller.h"
#include "ui/main_window/welcome_page.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/look.h"
#include "ui/settings/settings.h"
#include "ui/settings/settings_dialog.h"

namespace {

using namespace fanlight;
using namespace fanlight::ui;

constexpr int settle_ms = 1500;  // models are looked up and modes compared off the GUI thread
constexpr int run_ms = 300'000;

std::vector<PromptEntry> sample_prompts(bool arabic) {
    if (arabic)
        return {{.prompt = "زهرة عباد الشمس (مشرقة:1.2)"},
                {.prompt = "تفاحة حمراء"},
                {.prompt = "قلعة"},
                {.prompt = "فراشة"},
                {.prompt = "صاروخ"},
                {.prompt = "قطة"},
                {.prompt = "بيت", .values = {{"steps", "30"}}},
                {.prompt = "قوس قزح"},
                {.prompt = "جبل"}};
    return {{.prompt = "a sunflower, (bright:1.2)"},
            {.prompt = "a red apple"},
            {.prompt = "a castle"},
            {.prompt = "a butterfly"},
            {.prompt = "a rocket"},
            {.prompt = "a cat"},
            {.prompt = "a house", .values = {{"steps", "30"}}},
            {.prompt = "a rainbow"},
            {.prompt = "a mountain"}};
}

void grab(QWidget& widget, const QString& folder, const QString& name) {
    QTest::qWait(100);
    widget.grab().save(folder + "/" + name + ".png");
}

int made(MainWindow& window) {
    int count = 0;
    const PromptModel& model = *window.prompts()->model();
    for (const PromptEntry& entry : model.entries()) count += model.state(entry.id).stage == RowStage::Done;
    return count;
}

void raise(MainWindow& window, const QString& dock) {
    window.findChild<QDockWidget*>(dock)->raise();
    QTest::qWait(settle_ms);
}

void choose(GalleryPane& gallery, int first, int last) {
    QItemSelectionModel* selection = gallery.grid().selectionModel();
    gallery.grid().setCurrentIndex(gallery.images().index(first));
    selection->select({gallery.images().index(first), gallery.images().index(last)},
                      QItemSelectionModel::ClearAndSelect);
    QTest::qWait(settle_ms);
}

/// Saves the panes of a window with a finished run.
void grab_panes(MainWindow& window, const QString& folder) {
    GalleryPane& gallery = *window.gallery();
    choose(gallery, 0, 0);
    raise(window, "queue");
    grab(window, folder, "window");
    for (QDockWidget* dock : window.findChildren<QDockWidget*>()) {
        raise(window, dock->objectName());
        grab(*dock, folder, dock->objectName());
    }
    window.prompts()->findAndReplace();
    grab(*window.prompts(), folder, "prompts");
    gallery.actions().openViewer(gallery.images().index(0));
    QTest::qWait(settle_ms);
    grab(*gallery.actions().viewer(), folder, "viewer");
    choose(gallery, 0, 1);
    gallery.actions().action("compare")->trigger();
    QTest::qWait(settle_ms);
    grab(*gallery.actions().compareWindow(), folder, "compare");
    SettingsDialog dialog(&window);
    dialog.show();
    grab(dialog, folder, "settings");
}

}  // namespace

int main(int argc, char** argv) {
    const PrivateHome home;
    QApplication application(argc, argv);
    QApplication::setApplicationName("fanlight");
    QApplication::setOrganizationName("fanlight");
    const QString language = argv[1], folder = argv[3];
    QDir().mkpath(folder);
    settings::language.set(language);
    settings::colours.set(argv[2]);
    applyChosenLanguage();
    applyChosenColours();

    MainWindow window;
    window.show();
    window.attach();
    QTest::qWait(settle_ms);
    grab(window, folder, "window-first-start");
    Q_EMIT window.findChild<WelcomePage*>()->skipped();
    grab(window, folder, "window-empty");
    window.prompts()->model()->insert(0, sample_prompts(language == "ar"), {});
    window.prompts()->table()->selectRow(0);
    window.parameters()->setParameters({{"steps", "12"}});  // enough for progress to show
    window.runs()->generate();
    const int all = window.prompts()->model()->rowCount();
    const bool half = QTest::qWaitFor([&] { return made(window) >= all / 2; }, run_ms);
    QTest::qWait(settle_ms);
    grab(window, folder, "window-running");
    const bool whole = half && QTest::qWaitFor([&] { return made(window) == all; }, run_ms);
    grab_panes(window, folder);
    home.shutDownOwner();
    return whole ? 0 : 1;
}
