// Runs of texts in the window: started on the command line, watched, searched, and opened again long after.

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QProcess>
#include <QTableView>
#include <map>

#include "tests/support/open_window.h"
#include "tests/support/private_home.h"
#include "tests/support/result_rows.h"
#include "tests/support/test.h"
#include "tests/support/window_user.h"
#include "ui/gallery/filter_bar.h"
#include "ui/gallery/gallery_model.h"
#include "ui/gallery/gallery_pane.h"
#include "ui/results/result_filter.h"
#include "ui/results/result_model.h"
#include "ui/results/results_pane.h"
#include "ui/settings/settings.h"

using namespace fanlight;
using namespace fanlight::ui;

namespace {

constexpr int patienceMs = 240'000;
constexpr int prompts = 40;

#define WAIT_FOR(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, patienceMs)

int answered(MainWindow& window) {
    const ResultModel& results = window.results()->results();
    int count = 0;
    for (int row = 0; row < results.rowCount(); ++row) count += results.answer(row).state == ItemState::Done;
    return count;
}

bool isInFront(MainWindow& window, const QString& dock) {
    return !window.findChild<QDockWidget*>(dock)->visibleRegion().isEmpty();
}

}  // namespace

class TestTextJourney : public QObject {
    Q_OBJECT

    std::unique_ptr<PrivateHome> home_;

    QString results() const { return home_->path("answers.jsonl"); }

    void writePrompts(int count) const {
        QFile list(home_->path("prompts.txt"));
        QVERIFY(list.open(QIODevice::WriteOnly));
        for (int i = 0; i < count; ++i) list.write("a cat number " + QByteArray::number(i) + "\n");
    }

    void startTexts(QProcess& program, const QString& output) const {
        startRun(program, output, "text", "language_models/gpt2", {"--raw", "--max-new-tokens", "24"});
    }
    void startRun(QProcess& program, const QString& output, const QString& command, const QString& model,
                  const QStringList& options = {}) const {
        const QString models = QString::fromLocal8Bit(source_path("/tests/golden/data/"));
        program.start(QString::fromLocal8Bit(build_path("/fanlight")),
                      QStringList{command, "-m", models + model, "-p", home_->path("prompts.txt"), "-o", output,
                                  "--devices", "cpu", "--threads", "1"} +
                          options);
        QVERIFY(program.waitForStarted());
    }

private Q_SLOTS:
    void initTestCase() {
        home_ = std::make_unique<PrivateHome>();
        QApplication::setApplicationName("fanlight");
        QApplication::setOrganizationName("fanlight");
        QApplication::setQuitOnLastWindowClosed(false);
        settings::started.set(true);
    }

    void answersAppearWhileTheyAreWritten() {
        const auto window = openWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        QVERIFY(window->findChild<QDockWidget*>("results")->isHidden());
        QProcess program;
        writePrompts(prompts);
        startTexts(program, results());
        WAIT_FOR(isInFront(*window, "results") && !isInFront(*window, "gallery"));
        WAIT_FOR(window->results()->results().rowCount() == prompts);
        WAIT_FOR(answered(*window) == prompts);
        WAIT_FOR(program.state() == QProcess::NotRunning);
        QCOMPARE(program.exitCode(), 0);

        const auto* words = control<QLabel>(*window, "Progress");
        QVERIFY(words);
        WAIT_FOR(words->text().startsWith("40 of 40 text"));
        QVERIFY(control<QTableView>(*window, "Texts of the run"));
        const QList<QJsonObject> rows = rows_in(content_of(results()));
        QCOMPARE(rows.size(), prompts);
        for (int row = 0; row < prompts; ++row)
            QCOMPARE(window->results()->results().answerText(row), rows[row]["text"].toString());
        QCOMPARE(window->gallery()->images().rowCount(), 0);
        for (const auto* runs : window->gallery()->findChildren<QComboBox*>())
            if (runs->accessibleName() == "Run") QCOMPARE(runs->count(), 1);  // "All runs"
    }

    /// Long answers are shown as far as they have come, and become what is written; not those that had begun before the
    /// window was listening.
    void answersGrow() {
        const auto window = openWindow();
        constexpr int many = 1000;  // so that some begin while the window is listening
        writePrompts(many);
        const ResultModel& results = window->results()->results();
        std::map<int, std::string> begun;
        connect(&results, &QAbstractItemModel::dataChanged, window.get(),
                [&](const QModelIndex& first, const QModelIndex& last) {
                    for (int row = first.row(); row <= last.row(); ++row)
                        if (results.answer(row).state == ItemState::Working && !results.answer(row).text.empty())
                            begun[row] = results.answer(row).text;
                });
        QProcess program;
        startRun(program, home_->path("long.jsonl"), "text", "language_models/gpt2",
                 {"--raw", "--max-new-tokens", "200", "--batch-size", "8"});
        WAIT_FOR(results.rowCount() == many && answered(*window) == many);
        WAIT_FOR(program.state() == QProcess::NotRunning);
        QVERIFY(!begun.empty());
        for (const auto& [row, text] : begun) QVERIFY2(results.answer(row).text.starts_with(text), text.c_str());
    }

    void aRunThatEndedLongAgoIsOpenedAndSearched() {
        const auto window = openWindow({results() + ".run"});
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        WAIT_FOR(answered(*window) == prompts && isInFront(*window, "results"));
        QTest::mouseClick(control<QLineEdit>(*window->results(), "Search"), Qt::LeftButton);
        type("number 17");
        WAIT_FOR(window->results()->shown().rowCount() == 1);
        QCOMPARE(window->results()->shown().item(0), 17);
    }

    void labelsAreShownWithTheirScores() {
        const auto window = openWindow();
        writePrompts(prompts);
        QProcess program;
        startRun(program, home_->path("labels.jsonl"), "classify", "classifiers/gpt2");
        WAIT_FOR(window->results()->results().rowCount() == prompts && answered(*window) == prompts);
        WAIT_FOR(program.state() == QProcess::NotRunning);
        const QJsonObject row = rows_in(content_of(home_->path("labels.jsonl"))).first();
        const ResultModel& results = window->results()->results();
        QCOMPARE(results.answerText(0), row["label"].toString());
        QCOMPARE(results.index(0, ResultModel::Note).data().toString(),
                 QLocale().toString(row["score"].toDouble(), 'f', 3));
    }

    void aRunWhoseOwnerWasKilledIsFinishedFromTheQueue() {
        const auto window = openWindow();
        constexpr int many = 1000;
        writePrompts(many);
        QProcess program;
        startTexts(program, home_->path("killed.jsonl"));
        WAIT_FOR(window->results()->results().rowCount() == many && answered(*window) > 10);
        program.kill();
        WAIT_FOR(program.state() == QProcess::NotRunning);
        const int before = answered(*window);
        QVERIFY(before < many);
        QAction* retry = nullptr;
        for (QAction* action : window->findChildren<QAction*>())
            if (action->text() == "Make missing items") retry = action;
        WAIT_FOR(retry && retry->isEnabled());
        retry->trigger();
        WAIT_FOR(answered(*window) == many);
        WAIT_FOR(QFile::exists(home_->path("killed.jsonl")));
        home_->shutDownOwner();
    }
};

FANLIGHT_TEST(TestTextJourney, QApplication)
#include "tst_text_journey.moc"
