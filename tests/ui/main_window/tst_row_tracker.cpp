#include "ui/main_window/row_tracker.h"

#include <QApplication>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/bridge_fixture.h"
#include "tests/support/test.h"
#include "ui/main_window/row_ranges.h"
#include "ui/prompts/prompt_model.h"

using namespace fanlight;
using namespace fanlight::ui;

/// How rows and the runs that were made from them belong together.
class TestRowTracker : public QObject, BridgeFixture {
    Q_OBJECT

    /// A run of the model's rows, as the window starts one.
    void generate(RowTracker& tracker, const PromptModel& model, const QString& name) {
        auto items = fake_items(model.rowCount());
        std::vector<quint64> ids;
        for (const PromptEntry& entry : model.entries()) ids.push_back(entry.id);
        RunPlan plan = fake_plan(std::move(items), 1);
        tracker.follow(path(name), rowsOf(plan, ids));
        bridge_->start(path(name), std::move(plan));
    }

    static QList<RowStage> stages(const PromptModel& model) {
        QList<RowStage> stages;
        for (const PromptEntry& entry : model.entries()) stages << model.state(entry.id).stage;
        return stages;
    }

private Q_SLOTS:
    void init() { begin(); }
    void cleanup() { end(); }

    void aRowSaysThatItWasEditedSince() {
        PromptModel model;
        RowTracker tracker(bridge_.get(), &model);
        model.insert(0, {{.prompt = "a"}, {.prompt = "b"}}, "type");
        generate(tracker, model, "run");
        WAIT_FOR(stages(model) == QList<RowStage>(2, RowStage::Done));
        const auto said = [&](int row) { return model.index(row, 0).data(Qt::AccessibleTextRole).toString(); };
        QCOMPARE(said(1), QString("Done"));
        model.setPrompt(1, "c");
        QCOMPARE(said(0), QString("Done"));
        QCOMPARE(said(1), QString("Done, edited since"));
        model.undoStack()->undo();
        QCOMPARE(said(1), QString("Done"));
    }

    void rowsOfARunThatIsRefusedDoNotWait() {
        PromptModel model;
        RowTracker tracker(bridge_.get(), &model);
        model.insert(0, {{.prompt = "a"}}, "type");
        QFile file(path("file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QSignalSpy problem(bridge_.get(), &RunBridge::problem);
        generate(tracker, model, "file/run");
        QCOMPARE(stages(model), QList<RowStage>{RowStage::Pending});
        WAIT_FOR(problem.size() == 1);
        QCOMPARE(stages(model), QList<RowStage>{RowStage::Idle});
    }

    void rowsAndRunFindEachOtherInTheNextWindow() {
        QVariantList kept;
        std::vector<PromptEntry> list;
        {
            PromptModel model;
            RowTracker tracker(bridge_.get(), &model);
            model.insert(0, {{.prompt = "a"}, {.prompt = "b"}, {.prompt = "c"}, {.prompt = "d"}}, "type");
            generate(tracker, model, "run");
            WAIT_FOR(stages(model) == QList<RowStage>(4, RowStage::Done));
            model.remove({1});
            model.insert(0, {{.prompt = "new"}}, "type");
            model.setPrompt(3, "D");
            kept = tracker.saved();
            list = model.entries();
        }
        bridge_ = std::make_unique<RunBridge>();
        bridge_->attach();
        PromptModel model;
        RowTracker tracker(bridge_.get(), &model);
        model.reset(list);
        tracker.restore(kept);
        const QList<RowStage> expected{RowStage::Idle, RowStage::Done, RowStage::Done, RowStage::Done};
        WAIT_FOR(stages(model) == expected);
        QVERIFY(!model.isEdited(model.entries()[2].id));
        QVERIFY(model.isEdited(model.entries()[3].id));
        QCOMPARE(tracker.saved(), kept);
        const auto thumbnail = [&](int row) {
            return model.index(row, PromptModel::stateColumn).data(PromptModel::StateRole).value<RowState>().thumbnail;
        };
        for (const int row : {1, 2, 3}) WAIT_FOR(!thumbnail(row).isNull());
        QVERIFY(thumbnail(0).isNull());
    }

    void theLatestRunOfARowCounts() {
        PromptModel model;
        RowTracker tracker(bridge_.get(), &model);
        model.insert(0, {{.prompt = "a"}, {.prompt = "b"}}, "type");
        generate(tracker, model, "first");
        generate(tracker, model, "second");
        WAIT_FOR(stages(model) == QList<RowStage>(2, RowStage::Done));
        const QVariantList kept = tracker.saved();
        QCOMPARE(kept.size(), 2);
        QCOMPARE(kept[0].toMap().value("rows").toString(), QString("- -"));
        QCOMPARE(kept[1].toMap().value("rows").toString(), QString("0-1"));
    }

    void rowsAreKeptInRanges() {
        const QList<int> rows{0, 1, 2, 7, -1, 5, 6, 3};
        QCOMPARE(rangesOf(rows), QString("0-2 7 - 5-6 3"));
        QCOMPARE(rowsIn(rangesOf(rows)), rows);
        QCOMPARE(rowsIn("x 4-2 -7 0-99999999999 0-2000000000 8"), QList<int>{8});
        QVERIFY(rowsIn("").isEmpty());
    }
};

FANLIGHT_TEST(TestRowTracker, QApplication)
#include "tst_row_tracker.moc"
