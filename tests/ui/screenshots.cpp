// screenshots LANGUAGE light|dark FOLDER: pictures of the window and each of its panes while the starter model makes
// images, as a new user would see them: without settings, with one run. Then of a run of texts.

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QProcess>
#include <QTableView>
#include <QTest>

#include "tests/support/private_home.h"
#include "tests/support/text_runs.h"
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
#include "ui/results/result_filter.h"
#include "ui/results/result_model.h"
#include "ui/results/results_pane.h"
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

/// A run of texts while a model of the tests, which knows no language, writes them.
void grab_running_texts(MainWindow& window, const PrivateHome& home, const QString& folder) {
    QFile list(home.path("prompts.txt"));
    if (!list.open(QIODevice::WriteOnly)) return;
    for (int i = 0; i < 400; ++i) list.write("Write about number " + QByteArray::number(i) + "\n");
    list.close();
    QProcess program;
    program.start(QString::fromLocal8Bit(build_path("/fanlight")),
                  {"text", "-m", QString::fromLocal8Bit(source_path("/tests/golden/data/language_models/gpt2")), "-p",
                   home.path("prompts.txt"), "-o", home.path("answers.jsonl"), "--raw", "--max-new-tokens", "40"});
    const ResultModel& results = window.results()->results();
    const bool begun = QTest::qWaitFor(
        [&] { return results.rowCount() == 400 && results.answer(30).state == ItemState::Done; }, run_ms);
    if (begun) grab(window, folder, "window-texts-running");
    (void)QTest::qWaitFor([&] { return program.state() == QProcess::NotRunning; }, run_ms);
    QTest::qWait(settle_ms);
    grab(window, folder, "window-texts");
}

/// Answers worth reading: in both scripts, a long one, one that could not be made.
void grab_results(MainWindow& window, const PrivateHome& home, const QString& folder) {
    const std::string run = home.path("fanlight-texts").toStdString();
    const std::string story =
        "Once upon a time a small red apple lay in the grass below its tree. It had seen the sun rise a hundred times "
        "and set a hundred times.\n\nOne morning a hedgehog came by. \"Is it far to the village?\" it asked. The apple "
        "did not know: it had never been anywhere.";
    write_text_run(run,
                   {"A word for a shiny red fruit", "Tell me a story about an apple", "اكتب جملة عن القطة",
                    "Translate into Arabic: good morning", "What is 2 + 2?", "A very long prompt", "Name a colour"},
                   {answered(0, "apple"), answered(1, story, "length"),
                    answered(2, "القطة الصغيرة نائمة على السجادة الحمراء (قرب النافذة)، وتحلم بالسمك."),
                    answered(3, "صباح الخير"), answered(4, "4", "stop"),
                    FailedRecord{5, "error", "The prompt has 2048 tokens, and the model reads at most 1024."}});
    window.results()->showRun(QString::fromStdString(run));
    QTest::qWait(settle_ms);
    QTableView& table = window.results()->table();
    for (const int row : {1, 2}) {
        table.setCurrentIndex(window.results()->shown().index(row, 0));
        grab(*window.results(), folder, QString("results-%1").arg(row));
    }
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
    grab_running_texts(window, home, folder);
    grab_results(window, home, folder);
    home.shutDownOwner();
    return whole ? 0 : 1;
}
