#include "ui/queue/queue_pane.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QApplication>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include "core/owner/run_client.h"
#include "core/owner/run_sockets.h"
#include "tests/support/bridge_fixture.h"
#include "tests/support/keyboard_walk.h"
#include "tests/support/test.h"
#include "ui/models/item_states.h"
#include "ui/queue/item_model.h"
#include "ui/queue/run_model.h"

using namespace fanlight;
using namespace fanlight::ui;

/// The queue of a real run owner with fake workers.
class TestQueuePane : public QObject, BridgeFixture {
    Q_OBJECT

    const RunState* run(int number) const {
        return number < bridge_->runs().size() ? bridge_->run(bridge_->runs()[number]) : nullptr;
    }
    bool isIn(int number, RunPhase phase) const { return run(number) && run(number)->phase() == phase; }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void modelsFollowARunFromStartToEnd() {
        RunModel runs(bridge_.get());
        ItemModel items(bridge_.get());
        const QAbstractItemModelTester runTester(&runs), itemTester(&items);
        QSignalSpy made(bridge_.get(), &RunBridge::imageMade), ended(bridge_.get(), &RunBridge::runEnded);
        start("a", 6, "slow");
        WAIT_FOR(runs.rowCount() == 1);
        items.setRun(runs.key(0));
        QCOMPARE(items.rowCount(), 6);
        WAIT_FOR(items.index(0, ItemModel::Prompt).data().toString() == "slow");
        QCOMPARE(items.index(0, ItemModel::Number).data().toString(), QString("1"));  // as in the details
        items.setFilter(ItemState::Done);
        WAIT_FOR(ended.size() == 1);
        WAIT_FOR(items.rowCount() == 6);
        WAIT_FOR(made.size() == 6);
        QCOMPARE(runs.index(0, RunModel::Done).data().toString(), QString("6 of 6"));
        QCOMPARE(runs.index(0, RunModel::FractionRole).isValid(), false);
        QCOMPARE(runs.index(0, 0).data(RunModel::FractionRole).toDouble(), 1.0);
        const QString file = made.first().first().value<MadeImage>().file();
        QVERIFY(QFile::exists(path("a") + "/" + file));
        bridge_->remove(runs.key(0));
        WAIT_FOR(runs.rowCount() == 0 && items.rowCount() == 0);
    }

    void aFailedItemShowsItsReasonAndIsRetried() {
        ItemModel items(bridge_.get());
        start("a", 1, "nan");
        WAIT_FOR(isIn(0, RunPhase::Finished));
        items.setRun(bridge_->runs().first());
        QCOMPARE(items.index(0, ItemModel::State).data().toString(), itemStateText(ItemState::Failed));
        QCOMPARE(items.index(0, ItemModel::Detail).data().toString(), QString("the nan fault"));
        QSignalSpy ended(bridge_.get(), &RunBridge::runEnded);
        bridge_->retry(bridge_->runs().first());
        WAIT_FOR(ended.size() == 1);
    }

    void aReopenedWindowSeesTheRun() {
        start("a", 20, "slow");
        WAIT_FOR(isIn(0, RunPhase::Running) && run(0)->counts().done > 0);
        bridge_ = std::make_unique<RunBridge>();
        bridge_->attach();
        WAIT_FOR(isIn(0, RunPhase::Running));
        QVERIFY(run(0)->counts().done > 0);
    }

    void thePaneSelectsTheCurrentRunAndPausesIt_data() {
        QTest::addColumn<Qt::LayoutDirection>("direction");
        QTest::newRow("left to right") << Qt::LeftToRight;
        QTest::newRow("right to left") << Qt::RightToLeft;
    }
    void thePaneSelectsTheCurrentRunAndPausesIt() {
        QFETCH(const Qt::LayoutDirection, direction);
        QueuePane pane(bridge_.get());
        pane.setLayoutDirection(direction);
        pane.resize(800, 300);
        pane.show();
        start("a", 20, "slow");
        WAIT_FOR(pane.selectedRun() != 0 && isIn(0, RunPhase::Running));
        QAction* pause = pane.runActions().first();
        WAIT_FOR(pause->isEnabled());
        pause->trigger();
        WAIT_FOR(isIn(0, RunPhase::Paused));
        for (const QAction* action : pane.runActions()) QVERIFY(!action->text().isEmpty());
        for (const QTableView* table : pane.findChildren<QTableView*>()) QVERIFY(!table->accessibleName().isEmpty());
        pause->trigger();
        WAIT_FOR(isIn(0, RunPhase::Running));
    }

    void tabReachesTheBarsAndTables_data() {
        QTest::addColumn<int>("width");
        QTest::newRow("wide") << 1200;
        QTest::newRow("with the bars cut") << 260;
    }
    void tabReachesTheBarsAndTables() {
        QFETCH(const int, width);
        QueuePane pane(bridge_.get());
        pane.resize(width, 500);
        pane.show();
        start("a", 20, "slow");
        WAIT_FOR(pane.selectedRun() != 0 && isIn(0, RunPhase::Running));
        pane.runActions().first()->trigger();
        WAIT_FOR(isIn(0, RunPhase::Paused));
        const auto stops = stopsOf(pane);
        QCOMPARE(std::count_if(stops.begin(), stops.end(), [](auto* w) { return qobject_cast<QTableView*>(w); }), 2);
        QVERIFY(std::any_of(stops.begin(), stops.end(), [](auto* w) { return qobject_cast<QAbstractButton*>(w); }));
        QCOMPARE(walkMistakes(pane), QString());
    }

    void aFolderThatCannotBeCreatedIsAProblem() {
        QSignalSpy problem(bridge_.get(), &RunBridge::problem);
        bridge_->start("/proc/nowhere", fake_plan(fake_items(1), 1));
        WAIT_FOR(problem.size() == 1);
        QVERIFY(bridge_->runs().isEmpty());
    }
};

FANLIGHT_TEST(TestQueuePane, QApplication)
#include "tst_queue_pane.moc"
