// What the queue pane does with whole runs: names, warnings and their log, cancelling all, quiet hours.

#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QPushButton>
#include <QTableView>

#include "core/owner/run_queue.h"
#include "tests/support/bridge_fixture.h"
#include "tests/support/test.h"
#include "ui/queue/log_window.h"
#include "ui/queue/queue_pane.h"
#include "ui/queue/run_model.h"

using namespace fanlight;
using namespace fanlight::ui;

class TestQueueRuns : public QObject, BridgeFixture {
    Q_OBJECT

    const RunState* run(int row) const {
        return row < bridge_->runs().size() ? bridge_->run(bridge_->runs()[row]) : nullptr;
    }
    bool isIn(int row, RunPhase phase) const { return run(row) && run(row)->phase() == phase; }
    static QAction* action(const QueuePane& pane, const QString& text) {
        for (QAction* action : pane.runActions())
            if (action->text() == text) return action;
        return nullptr;
    }
    static QString text(const RunModel& runs, RunModel::Column column, int row = 0) {
        return runs.index(row, column).data().toString();
    }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void aRunIsNamedAndRenamed() {
        RunModel runs(bridge_.get());
        start("a", 1, "a lighthouse");
        WAIT_FOR(isIn(0, RunPhase::Finished));
        QVERIFY2(text(runs, RunModel::Name).endsWith(", a lighthouse"), qPrintable(text(runs, RunModel::Name)));
        const QModelIndex name = runs.index(0, RunModel::Name);
        QVERIFY(runs.flags(name).testFlag(Qt::ItemIsEditable));
        QVERIFY(!runs.flags(runs.index(0, RunModel::State)).testFlag(Qt::ItemIsEditable));
        QVERIFY(!runs.setData(name, runs.data(name, Qt::EditRole), Qt::EditRole));  // unchanged
        QVERIFY(runs.setData(name, " The first ", Qt::EditRole));
        WAIT_FOR(text(runs, RunModel::Name) == "The first");
        QCOMPARE(RunQueue().runs().front().name, std::string("The first"));
        QSignalSpy problem(bridge_.get(), &RunBridge::problem);
        runs.setData(name, QString(500, 'a'), Qt::EditRole);
        WAIT_FOR(problem.size() == 1);
        QVERIFY(problem.first().first().toString().contains("A run's name"));
    }

    void leftOutImagesAreNoFailures() {
        RunModel runs(bridge_.get());
        start("a", 6, "slow");
        WAIT_FOR(isIn(0, RunPhase::Running));
        bridge_->cancel(bridge_->runs().front(), {4, 5});
        WAIT_FOR(isIn(0, RunPhase::Finished));
        QCOMPARE(text(runs, RunModel::Done), QString("4 of 6, 2 cancelled"));
        QCOMPARE(runs.index(0, 0).data(RunModel::FractionRole).toDouble(), 1.0);
        QVERIFY(!progressText(*run(0)).contains("failed"));
    }

    void warningsAreCountedAndLogged() {
        RunModel runs(bridge_.get());
        start("a", 3, "die once");
        WAIT_FOR(isIn(0, RunPhase::Finished));
        WAIT_FOR(text(runs, RunModel::Done).contains("warning"));
        const auto warnings = static_cast<int>(run(0)->head().warnings);
        LogWindow window(bridge_.get(), bridge_->runs().front());
        window.setAttribute(Qt::WA_DeleteOnClose, false);
        QAbstractItemModel* log = window.findChild<QTableView*>()->model();
        const auto levels = [&] {
            QStringList texts;
            for (int row = 0; row < log->rowCount(); ++row) texts << log->index(row, LogModel::Level).data().toString();
            return texts;
        };
        WAIT_FOR(levels().count("Warning") == warnings && levels().size() > warnings);
        for (QPushButton* button : window.findChildren<QPushButton*>())
            if (button->text().remove('&') == "Copy all") button->click();
        const QString copied = QApplication::clipboard()->text();
        QCOMPARE(copied.count('\n') + 1, log->rowCount());
        QVERIFY(copied.contains("\tWarning\t"));
        // A window that is opened later counts the same.
        bridge_ = std::make_unique<RunBridge>();
        bridge_->attach();
        WAIT_FOR(run(0) && run(0)->head().warnings == warnings);
    }

    void theLogGrowsWithTheRun() {
        start("a", 200, "slow");
        WAIT_FOR(isIn(0, RunPhase::Running) && run(0)->counts().done > 0);
        QueuePane pane(bridge_.get());
        pane.show();
        WAIT_FOR(pane.selectedRun() != 0);
        for (int twice = 0; twice < 2; ++twice) action(pane, "Log")->trigger();
        QCOMPARE(pane.findChildren<LogWindow*>().size(), 1);
        QAbstractItemModel* log = pane.findChild<LogWindow*>()->findChild<QTableView*>()->model();
        WAIT_FOR(log->rowCount() == 1);
        bridge_->cancel(pane.selectedRun());
        WAIT_FOR(log->rowCount() == 2);
        QVERIFY(log->index(1, LogModel::Message).data().toString().startsWith("Cancelled"));
    }

    void allAreCancelledAtOnce() {
        QueuePane pane(bridge_.get());
        QVERIFY(!action(pane, "Cancel all runs")->isEnabled());
        for (const char* name : {"a", "b", "c"}) start(name, 400, "slow");
        WAIT_FOR(bridge_->runs().size() == 3 && isIn(0, RunPhase::Running));
        WAIT_FOR(action(pane, "Cancel all runs")->isEnabled());
        const auto waits = [&](const QString& words) {
            for (const QLabel* label : pane.findChildren<QLabel*>())
                if (!label->isHidden() && label->text().startsWith(words)) return true;
            return false;
        };
        WAIT_FOR(waits("2 run"));
        action(pane, "Cancel all runs")->trigger();
        WAIT_FOR(isIn(0, RunPhase::Cancelled) && isIn(1, RunPhase::Cancelled) && isIn(2, RunPhase::Cancelled));
        WAIT_FOR(!waits("2 run"));
        int64_t made = 0;
        for (int row = 0; row < 3; ++row) made += run(row)->counts().done > 0;
        QVERIFY(made <= 1);
    }

    void quietHoursAreShown() {
        RunModel runs(bridge_.get());
        start("a", 400, "slow");
        WAIT_FOR(isIn(0, RunPhase::Running));
        const int now = time_of_day();
        const QuietHours hours{(now + 1380) % 1440, (now + 60) % 1440};
        RunQueue().change_settings([&](QueueSettings& settings) { settings.quiet = hours; });
        WAIT_FOR(text(runs, RunModel::State) == "Quiet until " + QString::fromStdString(time_of_day_text(hours.to)));
        RunQueue().change_settings([&](QueueSettings& settings) { settings.quiet = {}; });
        WAIT_FOR(!text(runs, RunModel::State).contains("Quiet"));
    }
};

FANLIGHT_TEST(TestQueueRuns, QApplication)
#include "tst_queue_runs.moc"
