// The whole window while files, models, workers and disks fail; fake workers cause the faults.

#include <signal.h>

#include <QAction>
#include <QApplication>
#include <QDropEvent>
#include <QMessageBox>
#include <QMimeData>
#include <QProcess>
#include <QPushButton>

#include "core/base/file.h"
#include "tests/support/open_window.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/test.h"
#include "tests/support/window_user.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/main_window/project.h"
#include "ui/main_window/run_controller.h"
#include "ui/parameters/parameters_pane.h"
#include "ui/prompts/prompt_table.h"
#include "ui/queue/queue_pane.h"
#include "ui/settings/settings.h"

using namespace fanlight;
using namespace fanlight::ui;
namespace fs = std::filesystem;

namespace {

constexpr int patienceMs = 60'000;
constexpr char waitWithPrompts[] = "--wait-with-prompts";

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

/// A window in a process of its own, with unsaved prompts.
int waitUntilKilled(int argc, char** argv) {
    QApplication application(argc, argv);
    QApplication::setApplicationName("fanlight");
    QApplication::setOrganizationName("fanlight");
    const auto window = openWindow();
    for (int i = 1; i < argc; ++i) window->prompts()->addEntry({.prompt = argv[i]});
    return QApplication::exec();
}

/// Drops files on the widget.
void drop(QWidget* target, const QStringList& files) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& file : files) urls << QUrl::fromLocalFile(file);
    data.setUrls(urls);
    const QPoint middle = target->rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(target, &enter);
    QDropEvent drop(middle, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(target, &drop);
}

}  // namespace

class TestFaults : public QObject {
    Q_OBJECT

    std::unique_ptr<PrivateHome> home_;

    QString written(const QString& name, const std::string& text) const {
        replace_file(home_->path(name).toStdString(), text);
        return home_->path(name);
    }
    QString list(const QString& name, const QStringList& prompts) const {
        std::string lines;
        for (const QString& prompt : prompts) lines += "{\"prompt\":\"" + prompt.toStdString() + "\"}\n";
        return written(name, lines);
    }
    /// A window with these prompts, ready to start a run.
    std::unique_ptr<MainWindow> windowWith(const QStringList& prompts) const {
        auto window = openWindow({list("list.jsonl", prompts)});
        const auto ready = [&] {
            return promptsOf(*window) == prompts && window->runs()->generateAction()->isEnabled();
        };
        return QTest::qWaitFor(ready, patienceMs) ? std::move(window) : nullptr;
    }
    static QList<RowStage> stagesOf(const MainWindow& window) {
        QList<RowStage> stages;
        for (int row = 0; row < window.prompts()->model()->rowCount(); ++row) stages << stateOf(window, row).stage;
        return stages;
    }
    static bool hasEnded(const MainWindow& window) {
        return !messageOf(window).isEmpty() && !window.runs()->isRunning();
    }
    static void pressRetry(const MainWindow& window) {
        for (auto* button : window.findChild<MessageBar*>()->findChildren<QPushButton*>())
            if (button->text() == "Retry" && button->isVisible()) return QTest::mouseClick(button, Qt::LeftButton);
        QFAIL("no Retry");
    }

private Q_SLOTS:
    void initTestCase() {
        home_ = std::make_unique<PrivateHome>();
        qputenv("FANLIGHT_WORKER", build_path("/tests/fanlight-fake-worker"));
        QApplication::setApplicationName("fanlight");
        QApplication::setOrganizationName("fanlight");
        QApplication::setQuitOnLastWindowClosed(false);
    }

    void cleanup() { home_->forgetAll(); }

    void aProjectNamedOnTheCommandLineIsShownAtTheFirstStart() {
        const QString file = list("named.jsonl", {"a cat", "a dog"});
        QVERIFY(!settings::started.get());
        auto window = openWindow({file});
        QVERIFY(window->prompts()->isVisible());
        WAIT_FOR(promptsOf(*window) == QStringList({"a cat", "a dog"}));
        QVERIFY(window->windowTitle().startsWith("named"));
        window = openWindow({list("other.jsonl", {"a fish"})});
        WAIT_FOR(promptsOf(*window) == QStringList("a fish"));
        QVERIFY(window->windowTitle().startsWith("other"));
    }

    void aListNamedOnTheCommandLineIsImported() {
        const auto window = openWindow({written("a.txt", "a cat\n"), written("b.csv", "prompt\na dog\n")});
        QVERIFY(window->prompts()->isVisible());
        WAIT_FOR(promptsOf(*window) == QStringList({"a cat", "a dog"}));
    }

    void promptsOfAKilledWindowAreRestored() {
        QProcess killed;
        killed.start(QCoreApplication::applicationFilePath(), {waitWithPrompts, "a cat", "a dog"});
        const std::string kept = home_->path("data/fanlight/unsaved/1.fanlight").toStdString();
        WAIT_FOR(fs::exists(kept) && read_file(kept).find("a dog") != std::string::npos);
        ::kill(static_cast<pid_t>(killed.processId()), SIGKILL);
        QVERIFY(killed.waitForFinished());

        auto other = openWindow({list("named.jsonl", {"a fish"})});
        WAIT_FOR(promptsOf(*other) == QStringList("a fish"));
        other->close();

        auto window = openWindow();
        QVERIFY(window->prompts()->isVisible());
        WAIT_FOR(promptsOf(*window) == QStringList({"a cat", "a dog"}));
        QVERIFY(window->isWindowModified());
        QVERIFY(messageOf(*window).contains("have been restored"));
        whenAsked([](QWidget* question) {
            for (QAbstractButton* button : qobject_cast<QMessageBox*>(question)->buttons())
                if (button->text() == "Discard") QTest::mouseClick(button, Qt::LeftButton);
        });
        window->close();
        WAIT_FOR(!window->isVisible());
        window.reset();
        QVERIFY(!fs::exists(kept));
        QVERIFY(promptsOf(*openWindow()).isEmpty());
    }

    void imagesWithoutSettingsAreNamed() {
        const QString plain = home_->path("plain.png"), folder = home_->path("folder");
        QImage picture(20, 10, QImage::Format_RGB32);
        picture.fill(Qt::red);
        QVERIFY(picture.save(plain));
        const QString broken = written("broken.png", "no picture at all");
        const auto window = windowWith({"a cat"});
        QVERIFY(window);
        drop(window->prompts(), {plain});
        WAIT_FOR(messageOf(*window).contains("plain.png does not tell how it was made; leave it out."));
        window->prompts()->importFiles({broken});
        WAIT_FOR(messageOf(*window).contains("broken.png"));
        QCOMPARE(promptsOf(*window), QStringList("a cat"));
        QVERIFY(!window->project()->isModified());
        drop(window->gallery(), {plain});
        WAIT_FOR(messageOf(*window).contains("plain.png"));
    }

    void aMissingModelIsReportedAndNoRunStarts() {
        const fs::path model = home_->path("model").toStdString();
        fs::copy(source_path("/resources/starter/model"), model, fs::copy_options::recursive);
        const auto window = windowWith({"a cat"});
        QVERIFY(window);
        Generation generation = window->parameters()->generation();
        generation.model = home_->path("model");
        window->parameters()->setGeneration(generation);
        fs::remove_all(model);
        window->runs()->generate();
        WAIT_FOR(messageOf(*window).contains(home_->path("model")));
        WAIT_FOR(window->runs()->generateAction()->isEnabled());
        QVERIFY(!window->runs()->isRunning());
        QVERIFY(!QDir(home_->pictures()).exists());
        QCOMPARE(stateOf(*window, 0).stage, RowStage::Idle);
        generation.model = "starter";
        window->parameters()->setGeneration(generation);
        window->runs()->generate();
        WAIT_FOR(stateOf(*window, 0).stage == RowStage::Done);
        QVERIFY(messageOf(*window).isEmpty());
    }

    void rowsWhoseWorkersDieShowTheReasonAndAreRetried() {
        const auto window = windowWith({"die", "nan once", "a dog"});
        QVERIFY(window);
        window->runs()->generate();
        WAIT_FOR(hasEnded(*window));
        WAIT_FOR(stagesOf(*window) == (QList{RowStage::Failed, RowStage::Failed, RowStage::Done}));
        QVERIFY2(stateOf(*window, 0).reason.contains("worker"), qPrintable(stateOf(*window, 0).reason));
        QCOMPARE(stateOf(*window, 1).reason, QString("the nan fault"));
        QCOMPARE(messageOf(*window), QString("1 image(s) made, 2 failed"));
        pressRetry(*window);
        WAIT_FOR(stagesOf(*window) == (QList{RowStage::Failed, RowStage::Done, RowStage::Done}));
        WAIT_FOR(hasEnded(*window));
        QCOMPARE(home_->images().size(), 2);
    }

    void aFullDiskEndsTheRunWhichIsResumedLater() {
        const auto window = windowWith({"a dog", "disk once", "a cat"});
        QVERIFY(window);
        window->runs()->generate();
        WAIT_FOR(hasEnded(*window));
        QVERIFY2(messageOf(*window).contains("the disk fault; finished items are safe"), qPrintable(messageOf(*window)));
        WAIT_FOR(stagesOf(*window)[1] == RowStage::Idle);
        const QStringList before = home_->images();
        pressRetry(*window);
        WAIT_FOR(stagesOf(*window) == (QList{RowStage::Done, RowStage::Done, RowStage::Done}));
        QCOMPARE(home_->images().size(), 3);
        for (const QString& image : before) QVERIFY(home_->images().contains(image));
    }

    void aRunThatHasEndedStaysSelected() {
        const auto window = windowWith({"slow"});
        QVERIFY(window);
        auto* queue = window->findChild<QueuePane*>();
        window->runs()->generate();
        WAIT_FOR(queue->selectedRun() != 0);
        const RunKey run = queue->selectedRun();
        WAIT_FOR(stateOf(*window, 0).stage == RowStage::Done && !window->runs()->isRunning());
        QCOMPARE(queue->selectedRun(), run);
    }
};

FANLIGHT_TEST(TestFaults, QApplication)
static const TestPart killed_window(waitWithPrompts, waitUntilKilled);
#include "tst_faults.moc"
