#include <QAbstractItemModelTester>
#include <QApplication>
#include <QHeaderView>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/row_order.h"
#include "ui/prompts/shown_rows.h"

using namespace fanlight::ui;

/// What the table shows of the list: sorted, or the rows in one state.
class TstShownRows : public QObject {
    Q_OBJECT

    PromptModel* list_ = nullptr;
    PromptTable* table_ = nullptr;

    static int columnOf(const char* rule) { return fieldWith(rule) + PromptModel::promptColumn; }
    QStringList shown() const {
        QStringList prompts;
        for (int row = 0; row < table_->model()->rowCount(); ++row)
            prompts << table_->model()->index(row, PromptModel::promptColumn).data(Qt::EditRole).toString();
        return prompts;
    }
    QStringList listed() const {
        QStringList prompts;
        for (const PromptEntry& entry : list_->entries()) prompts << entry.prompt;
        return prompts;
    }
    void setStage(int row, RowStage stage) const {
        list_->setState(list_->entries()[size_t(row)].id, {.stage = stage});
    }

private Q_SLOTS:
    void init() {
        list_ = new PromptModel(this);
        table_ = new PromptTable(list_);
        new QAbstractItemModelTester(table_->model(), QAbstractItemModelTester::FailureReportingMode::QtTest, table_);
        list_->insert(0,
                      {{.prompt = "b", .values = {{"steps", "30"}}},
                       {.prompt = "a10", .values = {{"steps", "4"}}},
                       {.prompt = "a9"},
                       {.prompt = "C", .values = {{"steps", "100"}}}},
                      "fill");
        list_->setDefaults({{"steps", "20"}, {"seed", "42"}});
    }
    void cleanup() {
        delete table_;
        delete list_;
    }

    void aTitleSortsWhatIsShown() {
        const int changes = list_->undoStack()->index();
        table_->sortByColumn(columnOf("steps"), Qt::AscendingOrder);
        QTRY_COMPARE(shown(), QStringList({"a10", "a9", "b", "C"}));  // numbers, the inherited one too
        QCOMPARE(listed(), QStringList({"b", "a10", "a9", "C"}));     // the run's order
        QCOMPARE(list_->undoStack()->index(), changes);
        table_->sortByColumn(columnOf("steps"), Qt::DescendingOrder);
        QTRY_COMPARE(shown(), QStringList({"C", "b", "a9", "a10"}));
        table_->sortByColumn(PromptModel::promptColumn, Qt::AscendingOrder);
        QTRY_COMPARE(shown(), QStringList({"a9", "a10", "b", "C"}));
        QCOMPARE(table_->model()->headerData(0, Qt::Vertical).toInt(), 3);  // its number in the list
        table_->sortByColumn(-1, Qt::AscendingOrder);
        QCOMPARE(shown(), listed());
    }

    void failuresComeFirst() {
        setStage(0, RowStage::Done);
        setStage(1, RowStage::Pending);
        setStage(3, RowStage::Failed);
        table_->sortByColumn(PromptModel::stateColumn, Qt::AscendingOrder);
        QTRY_COMPARE(shown(), QStringList({"C", "a10", "a9", "b"}));
    }

    void theSelectionStays() {
        table_->selectRows(1, 2);
        table_->sortByColumn(columnOf("steps"), Qt::DescendingOrder);
        QTRY_COMPARE(shown().first(), QString("C"));
        QCOMPARE(table_->selectedRows(), QList<int>({1, 2}));
        QCOMPARE(table_->currentRow(), 1);
        table_->removeSelected();
        QCOMPARE(shown(), QStringList({"C", "b"}));
        list_->undoStack()->undo();
        QCOMPARE(shown().size(), 4);
        QCOMPARE(listed(), QStringList({"b", "a10", "a9", "C"}));
    }

    void newRowsComeBehindTheRowBefore() {
        table_->sortByColumn(columnOf("steps"), Qt::AscendingOrder);
        QTRY_COMPARE(shown(), QStringList({"a10", "a9", "b", "C"}));
        list_->insert(1, {{.prompt = "x"}, {.prompt = "y"}}, "add");
        QCOMPARE(shown(), QStringList({"a10", "a9", "b", "x", "y", "C"}));
        list_->insert(0, {{.prompt = "z"}}, "add");
        QCOMPARE(shown().first(), QString("z"));
        list_->move({0}, 7);
        QCOMPARE(shown().first(), QString("z"));  // the order is that of the moment of sorting
        while (list_->undoStack()->canUndo()) list_->undoStack()->undo();
        QCOMPARE(shown(), QStringList());
        list_->undoStack()->redo();
        QCOMPARE(shown(), listed());
    }

    void oneStateIsShown() {
        setStage(1, RowStage::Failed);
        table_->selectRow(1);
        table_->shown()->setStage(RowStage::Failed);
        QCOMPARE(shown(), QStringList("a10"));
        QCOMPARE(table_->currentRow(), 1);
        setStage(3, RowStage::Failed);
        QTRY_COMPARE(shown(), QStringList({"a10", "C"}));
        setStage(1, RowStage::Pending);
        setStage(2, RowStage::Failed);
        QTRY_COMPARE(shown(), QStringList({"a10", "a9", "C"}));  // the current row stays
        QCOMPARE(table_->currentRow(), 1);
        table_->selectRow(3);
        setStage(2, RowStage::Done);
        QTRY_COMPARE(shown(), QStringList("C"));
        QCOMPARE(table_->currentRow(), 3);
        table_->selectAll();
        QCOMPARE(table_->selectedRows(), QList<int>{3});
        QSignalSpy current(table_, &PromptTable::currentRowChanged);
        table_->shown()->setStage(RowStage::Pending);
        QCOMPARE(table_->currentRow(), 1);  // another one is there to be edited
        table_->shown()->setStage(RowStage::Working);
        QCOMPARE(shown(), QStringList());
        QCOMPARE(current.last()[0].toInt(), -1);
        table_->shown()->setStage(std::nullopt);
        QCOMPARE(shown(), listed());
    }

    void whatIsAddedOrFoundIsSeen() {
        table_->shown()->setStage(RowStage::Failed);
        QCOMPARE(shown(), QStringList());
        list_->insert(4, {{.prompt = "new"}}, "add");
        QCOMPARE(shown(), listed());
        table_->shown()->setStage(RowStage::Failed);
        table_->goTo(2, PromptModel::promptColumn);
        QCOMPARE(table_->currentRow(), 2);
    }

    void rowsAreMovedOnlyInTheListsOrder() {
        QSignalSpy refused(list_, &PromptModel::refused);
        table_->sortByColumn(columnOf("steps"), Qt::AscendingOrder);
        QTRY_VERIFY(!table_->shown()->isWhole());
        table_->selectRow(1);
        table_->moveSelectedDown();
        QCOMPARE(refused.count(), 1);
        QMimeData data;
        data.setData("application/x-fanlight-rows", "0 ");
        QVERIFY(!table_->model()->dropMimeData(&data, Qt::MoveAction, 2, 0, {}));
        QCOMPARE(listed(), QStringList({"b", "a10", "a9", "C"}));
    }

    void anotherListIsWhole() {
        table_->sortByColumn(columnOf("steps"), Qt::AscendingOrder);
        QTRY_VERIFY(!table_->shown()->isWhole());
        list_->reset({{.prompt = "z"}, {.prompt = "y"}});
        QCOMPARE(shown(), QStringList({"z", "y"}));
        QCOMPARE(table_->horizontalHeader()->sortIndicatorSection(), -1);
    }

    /// An arrangement of the columns from before they could be sorted by.
    void titlesCanStillBeClicked() {
        table_->horizontalHeader()->setSortIndicatorShown(false);
        const QByteArray state = table_->horizontalHeader()->saveState();
        QVERIFY(table_->restoreColumns(state, list_->columnCount()));
        QVERIFY(table_->horizontalHeader()->isSortIndicatorShown());
        QVERIFY(table_->horizontalHeader()->isSortIndicatorClearable());
    }

    void seedsAndSizesAreNumbers() {
        RowsToSort rows{{{.id = 1, .values = {{"width", "512"}, {"height", "1024"}}},
                         {.id = 2, .values = {{"width", "1024"}, {"height", "64"}}},
                         {.id = 3}},
                        {},
                        {{"seed", "9"}, {"width", "64"}, {"height", "64"}},
                        {0, 1, 2}};
        const auto order = [&](const char* rule) {
            return sortedRows(rows, &promptFields()[size_t(fieldWith(rule))], Qt::AscendingOrder).rows;
        };
        QCOMPARE(order("width"), (std::vector<int>{2, 1, 0}));
        QCOMPARE(order("seed"), (std::vector<int>{0, 1, 2}));
        rows.entries[0].values["seed"] = "100";
        QCOMPARE(order("seed"), (std::vector<int>{1, 2, 0}));
    }
};

FANLIGHT_TEST(TstShownRows, QApplication)
#include "tst_shown_rows.moc"
