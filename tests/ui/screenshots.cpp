// screenshots LANGUAGE light|dark FOLDER [WIDTHxHEIGHT SCALE]: pictures of the window and each of its panes while the
// starter model makes images, as a new user would see them: without settings, with one run. Then of a run of texts.
// With a screen of so many pixels and the desktop's scale, 1.5 for 150 %: of the window alone, in the size that it
// takes by itself.

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QProcess>
#include <QTableView>
#include <QTest>

#include "tests/support/offscreen.h"
#include "tests/support/private_home.h"
#include "tests/support/text_runs.h"
#include "ui/bridge/run_bridge.h"
#include "ui/devices/devices_pane.h"
#include "ui/devices/mode_chooser.h"
#include "ui/gallery/gallery_actions.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/gallery/grid_view.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/message_bar.h"
#include "ui/main_window/run_controller.h"
#include "ui/main_window/welcome_page.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/import_dialog.h"
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

/// A window on a small screen, with each of its panes in turn.
void grab_small(MainWindow& window, const QString& folder) {
    choose(*window.gallery(), 0, 0);
    for (const char* dock : {"parameters", "gallery", "details", "queue", "devices"}) {
        raise(window, dock);
        grab(window, folder, QString("window-%1").arg(dock));
    }
    window.prompts()->findAndReplace();
    window.findChild<MessageBar*>()->show(MessageBar::Kind::Problem, "The model cannot be read.", "More", "Retry", {});
    grab(window, folder, "window-crowded");
    SettingsDialog dialog(&window);
    dialog.show();
    grab(dialog, folder, "settings");
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

/// Weights, schedules, tags and a literal prompt whose end is cut; then the question about a foreign table's columns.
void grab_prompts(MainWindow& window, const PrivateHome& home, const QString& folder) {
    const bool arabic = settings::language.get() == "ar";
    const QString thing = arabic ? "قطة (سوداء:1.3)" : "a (black:1.3) cat", scene = arabic ? "في الليل" : "at night";
    window.prompts()->model()->insert(
        0,
        {{.prompt = thing + ", [" + scene + ":0.5], ((" + scene + "))"},
         {.prompt = thing + ", <lora:ink:0.8>"},
         {.prompt = QString(thing + " " + scene + ", ").repeated(20), .values = {{"literal", "yes"}, {"seed", "7"}}}},
        {});
    window.prompts()->table()->selectRow(0);
    QTest::qWait(settle_ms);
    grab(*window.prompts(), folder, "prompts-syntax");
    window.prompts()->table()->selectRow(2);
    grab(*window.prompts(), folder, "prompts-cut");

    QFile list(home.path("captions.csv"));
    if (!list.open(QIODevice::WriteOnly)) return;
    list.write(("caption;number;steps;rating\n" + thing + "; 42; 20; 5\n").toUtf8());
    list.close();
    window.prompts()->importFiles({list.fileName()});
    if (!QTest::qWaitFor([&] { return window.prompts()->findChild<ImportDialog*>() != nullptr; }, run_ms)) return;
    auto* dialog = window.prompts()->findChild<ImportDialog*>();
    grab(*dialog, folder, "import");
    dialog->reject();
    window.prompts()->model()->reset({});
}

/// Slices of a card, and cards that cannot be used.
void grab_devices(MainWindow& window, const QString& folder) {
    const Device slice{.id = "cuda:0",
                       .kind = "cuda",
                       .name = "NVIDIA A100 80GB PCIe MIG 1g.10gb",
                       .uuid = "MIG-5c1d2f7a-8b3e-5f60-9a42-0d6e7b1c2f38",
                       .slice = true,
                       .memory_total = int64_t{10} << 30,
                       .memory_free = int64_t{9} << 30};
    Device second = slice, old = slice, full = slice;
    second.id = "cuda:1";
    old = {.id = "cuda:2", .kind = "cuda", .name = "NVIDIA GeForce GTX 1080", .uuid = "GPU-1", .memory_total = 8 << 20};
    old.problem = "its compute capability is 6.1, and at least 7.5 is needed (Turing or newer).";
    full = {.id = "cuda:3", .kind = "cuda", .name = "NVIDIA L4", .uuid = "GPU-2", .memory_total = int64_t{24} << 30};
    DevicesPane pane(window.findChild<RunBridge*>());
    pane.resize(900, 620);
    pane.setDevices({slice, second, old, full});
    const QString reason =
        "cuda:0 (NVIDIA A100 80GB PCIe MIG 1g.10gb) is a MIG instance, which cannot work with others on one model; "
        "use replicas.";
    for (const Mode mode : {Mode::Sharded, Mode::Pipelined}) pane.modes()->setUsable(mode, reason);
    grab(pane, folder, "devices-slices");
}

/// What a run has to say, one thing and then another.
void grab_notices(MainWindow& window, const QString& folder) {
    auto* bar = window.findChild<MessageBar*>();
    auto* bridge = window.findChild<RunBridge*>();
    Q_EMIT bridge->noticed(0,
                           "A prompt names a network, such as \"<lora:ink:0.8>\" in row 12, which has no effect yet");
    grab(window, folder, "window-notice");
    Q_EMIT bridge->noticed(0, "Worker 1 on cuda:1 ended; its unfinished items are made again");
    grab(window, folder, "window-notices");
    bar->hide();
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
    const bool small = argc > 5;
    const QStringList pixels = QString(small ? argv[4] : "1920x1080").split('x');
    const OffscreenScreen screen({pixels.value(0).toInt(), pixels.value(1).toInt()}, small ? atof(argv[5]) : 1);
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
    if (!small) {
        grab_prompts(window, home, folder);
        grab_devices(window, folder);
        grab_notices(window, folder);
    }
    window.prompts()->model()->insert(0, sample_prompts(language == "ar"), {});
    window.prompts()->table()->selectRow(0);
    window.parameters()->setParameters({{"steps", "12"}});  // enough for progress to show
    window.runs()->generate();
    const int all = window.prompts()->model()->rowCount();
    const bool half = QTest::qWaitFor([&] { return made(window) >= all / 2; }, run_ms);
    QTest::qWait(settle_ms);
    grab(window, folder, "window-running");
    const bool whole = half && QTest::qWaitFor([&] { return made(window) == all; }, run_ms);
    if (!whole) {
        qWarning("The run was not finished; %s/window-running.png shows it.", qPrintable(folder));
    } else if (small) {
        grab_small(window, folder);
    } else {
        grab_panes(window, folder);
        grab_running_texts(window, home, folder);
        grab_results(window, home, folder);
    }
    home.shutDownOwner();
    return whole ? 0 : 1;
}
