// window: the whole window's performance. Time from the start of `fanlight gui` to its first frame, offscreen and, if
// Xvfb is installed, in X; latency of key strokes while a run of 2,000 images reports 1,000 steps per second and all
// panes show them; memory with a gallery of 100,000 images. Exit status 1 if a limit is exceeded.

#include <QApplication>
#include <QDockWidget>
#include <QInputDevice>
#include <QKeyEvent>
#include <QProcess>
#include <QSpinBox>
#include <chrono>
#include <thread>

#include "core/base/file.h"
#include "tests/bench/large_catalogue.h"
#include "tests/bench/measure.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/window_user.h"
#include "tests/support/x_display.h"
#include "ui/bridge/run_bridge.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/run_controller.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/settings/look.h"
#include "ui/settings/settings.h"

namespace {

using namespace fanlight;
using namespace fanlight::ui;
using namespace std::chrono_literals;

constexpr int starts = 11, start_limit_ms = 300, timeout_ms = 30'000;
constexpr int rows = 2000, gallery_images = 100'000;

// 8 workers with 10 images each, one step of each image every 80 ms (the fake worker's "paced").
constexpr int workers = 8, batch_size = 10, steps = 20;
constexpr double steps_a_second = 1000;
constexpr int keys = 1000;
constexpr auto between_keys = 10ms;

// Start

/// Time until Qt reports the window's first frame; 0: never.
double start_ms(const QProcessEnvironment& environment) {
    QProcess program;
    program.setProcessEnvironment(environment);
    program.setProcessChannelMode(QProcess::MergedChannels);
    QElapsedTimer timer;
    timer.start();
    program.start(build_path("/fanlight"), {"gui"});
    QByteArray log;
    while (!log.contains("Flushing") && program.waitForReadyRead(timeout_ms)) log += program.readAll();
    const double elapsed = log.contains("Flushing") ? milliseconds(timer) : 0;
    program.kill();
    program.waitForFinished();
    return elapsed;
}

bool report_start(const QString& what, QProcessEnvironment environment) {
    environment.insert("QT_LOGGING_RULES", "qt.widgets.painting.info=true");
    std::vector<double> times;
    for (int i = 0; i < starts; ++i) {
        times.push_back(start_ms(environment));
        if (times.back() == 0) return std::puts("No window appeared."), false;
    }
    return report(qPrintable(what + ", median"), quantile(times, 0.5), start_limit_ms, "ms");
}

bool report_starts(const QString& what) {
    bool good = report_start(what + ", offscreen", QProcessEnvironment::systemEnvironment());
    if (XDisplay display; display.start()) good &= report_start(what + ", X", display.environment());
    return good;
}

// Typing

struct TimedKey : QKeyEvent {
    TimedKey(int key, const QString& text) : QKeyEvent(KeyPress, key, Qt::NoModifier, text) { posted.start(); }
    QElapsedTimer posted;
};

/// Measures each key stroke, from the key press until all its effects in the window are done.
class TimingApplication : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        const auto* key = dynamic_cast<const TimedKey*>(event);
        const bool taken = QApplication::notify(receiver, event);
        if (key) delays.push_back(milliseconds(key->posted));
        if (key && delays.size() == keys) exit();
        return taken;
    }

    std::vector<double> delays;
};

/// Presses keys regardless of what the window is doing: a letter, then backspace.
void type_on(QWidget* field) {
    for (int key = 0; key < keys; ++key, std::this_thread::sleep_for(between_keys))
        QCoreApplication::postEvent(field,
                                    key % 2 ? new TimedKey(Qt::Key_Backspace, "\b") : new TimedKey(Qt::Key_X, "x"));
}

/// With the images of earlier runs, a long list, and all panes visible.
bool show(MainWindow& window) {
    window.splitDockWidget(window.findChild<QDockWidget*>("queue"), window.findChild<QDockWidget*>("devices"),
                           Qt::Horizontal);
    window.show();
    window.attach();
    return wait_until([&] {
        return window.gallery()->images().rowCount() == gallery_images && window.gallery()->images().image(0) &&
               window.prompts()->model()->rowCount() == rows && window.parameters()->card();
    });
}

bool begin_run(MainWindow& window, const RunBridge& bridge) {
    QSpinBox* workers_field = nullptr;
    if (!wait_until([&] { return workers_field = control<QSpinBox>(window, "Workers on this device"); })) return false;
    workers_field->setValue(workers);
    Generation generation = window.parameters()->generation();
    generation.batchSize = batch_size;
    generation.parameters = {{"steps", QString::number(steps)}, {"width", "64"}, {"height", "64"}};
    window.parameters()->setGeneration(generation);
    window.runs()->generate();
    return wait_until([&] {
        const RunState* run = bridge.run(bridge.current());
        return run && run->counts().done > 2 * workers * batch_size;
    });
}

bool report_typing(MainWindow& window, const TimingApplication& application) {
    const RunBridge& bridge = *window.findChild<RunBridge*>();
    if (!begin_run(window, bridge)) return std::puts("No run began."), false;
    const auto done = [&] { return static_cast<double>(bridge.run(bridge.current())->counts().done); };
    const double before = done();
    QElapsedTimer timer;
    timer.start();
    window.prompts()->focusPrompt();
    QInputDevice::primaryKeyboard();  // created on first use, which must be in this thread
    std::thread typist(type_on, window.focusWidget());
    QApplication::exec();
    typist.join();
    if (bridge.current() == 0) return std::puts("The run was over too soon."), false;
    const double a_second = (done() - before) * steps / milliseconds(timer) * 1000;
    bool good = a_second >= steps_a_second;
    std::printf("%-46s %9.0f    (at least %.0f)%s\n", "steps a second in the run", a_second, steps_a_second,
                good ? "" : "  MISSED");
    std::printf("%-46s %9.1f ms\n", "a key's delay meanwhile, median", quantile(application.delays, 0.5));
    good &= report("a key's delay meanwhile, p99", quantile(application.delays, 0.99), 16, "ms");
    std::printf("%-46s %9.1f ms\n", "a key's delay meanwhile, longest", quantile(application.delays, 1));
    good &= report("memory", resident_mib(), 300, "MiB");
    window.runs()->cancel();
    return good && wait_until([&] { return bridge.current() == 0; });
}

/// The state left by earlier work: many images, and a list for many more.
void settle_in(const PrivateHome& home) {
    make_catalogue(home.path("data/fanlight"), home.path("run-of-before"), gallery_images);
    std::string list;
    for (int row = 0; row < rows; ++row) list += "{\"prompt\":\"paced\"}\n";
    replace_file(home.path("list.jsonl").toStdString(), list);
    settings::language.set("en");
    settings::started.set(true);
    settings::project.set(home.path("list.jsonl"));
}

}  // namespace

int main(int argc, char** argv) {
    const PrivateHome home;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    TimingApplication application(argc, argv);
    QApplication::setApplicationName("fanlight");
    QApplication::setOrganizationName("fanlight");
    bool good = report_starts("first start");
    settle_in(home);
    good &= report_starts("start with 100,000 images");

    qputenv("FANLIGHT", build_path("/tests/fanlight-run-owner"));
    qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker"));
    applyChosenLanguage();
    applyChosenColours();
    MainWindow window;
    if (!show(window)) return std::puts("The window did not fill."), 1;
    good &= report_typing(window, application);
    home.shutDownOwner();
    return good ? 0 : 1;
}
