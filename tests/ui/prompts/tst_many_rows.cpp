#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include "tests/support/test.h"
#include "ui/prompts/find_bar.h"
#include "ui/prompts/prompt_edit.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/prompts/value_dialog.h"

using namespace fanlight::ui;

/// One column of many rows changed at once, each time as one step to undo.
class TstManyRows : public QObject {
    Q_OBJECT

    PromptsPane* pane_ = nullptr;

    static int columnOf(const char* rule) { return fieldWith(rule) + PromptModel::promptColumn; }
    QStringList values(const char* rule) const {
        QStringList all;
        for (const PromptEntry& entry : pane_->model()->entries()) all << entry.values.value(rule);
        return all;
    }
    void press(int key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) const {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key(key), modifiers);
    }
    /// Rows 1 and 2, with the cell of row 1 as the current one.
    void selectTwo(const char* rule) const {
        PromptTable& table = *pane_->table();
        table.setFocus();
        table.goTo(1, columnOf(rule));
        table.selectionModel()->select(table.model()->index(2, 0),
                                       QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QCOMPARE(table.selectedRows(), QList<int>({1, 2}));
    }
    void undoOnce(const char* rule, const QStringList& before) const {
        pane_->model()->undoStack()->undo();
        QCOMPARE(values(rule), before);
    }

private Q_SLOTS:
    void init() {
        pane_ = new PromptsPane;
        pane_->resize(900, 600);
        pane_->show();
        QApplication::setActiveWindow(pane_);
        pane_->model()->insert(0,
                               {{.prompt = "a", .values = {{"steps", "1"}}},
                                {.prompt = "b", .values = {{"steps", "2"}, {"sampler", "euler"}}},
                                {.prompt = "c"},
                                {.prompt = "d"}},
                               "fill");
    }
    void cleanup() { delete pane_; }

    void whatIsTypedGoesIntoAllSelectedRows() {
        selectTwo("steps");
        press(Qt::Key_7);
        press(Qt::Key_Return);
        QTRY_COMPARE(values("steps"), QStringList({"1", "7", "7", ""}));
        undoOnce("steps", {"1", "2", "", ""});
    }

    void aCellThatIsOnlyLookedAtChangesNothing() {
        selectTwo("steps");
        press(Qt::Key_F2);
        QVERIFY(qobject_cast<QLineEdit*>(QApplication::focusWidget()));
        press(Qt::Key_Return);
        QTRY_VERIFY(!qobject_cast<QLineEdit*>(QApplication::focusWidget()));
        QCOMPARE(values("steps"), QStringList({"1", "2", "", ""}));
    }

    void whatCannotBeChangesNothing() {
        QSignalSpy refused(pane_->model(), &PromptModel::refused);
        const int steps = pane_->model()->undoStack()->count();
        QVERIFY(!pane_->model()->setValues({0, 1, 2}, columnOf("steps"), {"5", "many", "6"}));
        QVERIFY(refused.at(0).at(0).toString().startsWith("Row 2: Steps must be"));
        QCOMPARE(values("steps"), QStringList({"1", "2", "", ""}));
        QCOMPARE(pane_->model()->undoStack()->count(), steps);
    }

    void fillDownAndClear() {
        selectTwo("steps");
        press(Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(values("steps"), QStringList({"1", "2", "2", ""}));
        undoOnce("steps", {"1", "2", "", ""});
        selectTwo("steps");
        press(Qt::Key_Backspace);
        QCOMPARE(values("steps"), QStringList({"1", "", "", ""}));
        undoOnce("steps", {"1", "2", "", ""});
    }

    void valuesArePastedOverTheSelection_data() {
        QTest::addColumn<QString>("copied");
        QTest::addColumn<QStringList>("steps");
        QTest::newRow("one") << "9" << QStringList{"1", "9", "9", ""};
        QTest::newRow("one each") << "8\n9\n" << QStringList{"1", "8", "9", ""};
        QTest::newRow("three") << "7\n8\n9" << QStringList{"1", "2", "", ""};
        QTest::newRow("cells") << "8\t64x64\n9\t96x96" << QStringList{"1", "8", "9", ""};
        QTest::newRow("no number") << "8\nmany" << QStringList{"1", "2", "", ""};
    }
    void valuesArePastedOverTheSelection() {
        QFETCH(QString, copied);
        selectTwo("steps");
        QApplication::clipboard()->setText(copied);
        press(Qt::Key_V, Qt::ControlModifier | Qt::ShiftModifier);
        QTEST(values("steps"), "steps");
        QCOMPARE(values("width").contains("96"), copied.contains("96"));
    }

    void valuesAreCopied() {
        selectTwo("steps");
        press(Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(QApplication::clipboard()->text(), QString("2\n\"\""));
    }

    void aDialogSetsAnyColumn() {
        selectTwo("steps");
        press(Qt::Key_E, Qt::ControlModifier);
        auto* dialog = pane_->findChild<ValueDialog*>();
        QVERIFY(dialog);
        QCOMPARE(dialog->text(), QString());  // the rows differ
        auto* column = dialog->findChild<QComboBox*>();
        auto* value = dialog->findChild<PromptEdit*>();
        QCOMPARE(column->currentIndex(), fieldWith("steps"));
        const auto set = [&](const QString& text) {
            value->selectAll();
            value->insertPlainText(text);
        };
        QPushButton* button = nullptr;
        for (auto* each : dialog->findChildren<QPushButton*>())
            if (each->text() == "Set") button = each;
        QVERIFY(button);
        set("many");
        QVERIFY(!button->isEnabled());
        column->setCurrentIndex(fieldWith("schedule"));  // which is hidden
        set("karras");
        QVERIFY(button->isEnabled());
        button->click();
        QCOMPARE(values("schedule"), QStringList({"", "karras", "karras", ""}));
        undoOnce("schedule", {"", "", "", ""});
    }

    void hiddenColumnsAreSearchedAndReplacedIn() {
        QVERIFY(pane_->table()->isColumnHidden(columnOf("sampler")));
        pane_->find();
        auto* bar = pane_->findChild<FindBar*>();
        const auto fields = bar->findChildren<QLineEdit*>();
        fields[0]->setText("EULER");
        QCOMPARE(bar->nextMatch(0, false), 1);
        bar->findNext();
        QCOMPARE(pane_->table()->currentRow(), 1);
        const auto labels = bar->findChildren<QLabel*>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
            return label->isVisible() && label->text().contains("Sampler") && label->text().contains("euler");
        }));
        fields[1]->setText("heun");
        bar->replaceAll();
        QCOMPARE(values("sampler"), QStringList({"", "heun", "", ""}));
        undoOnce("sampler", {"", "euler", "", ""});
    }

    void replacingStaysInTheSelectedRowsAndTheColumn() {
        pane_->model()->setValue({0, 1, 2, 3}, columnOf("negative_prompt"), "a b");
        selectTwo("negative_prompt");
        pane_->findAndReplace();
        auto* bar = pane_->findChild<FindBar*>();
        const auto fields = bar->findChildren<QLineEdit*>();
        bar->findChild<QComboBox*>()->setCurrentIndex(columnOf("negative_prompt"));
        for (auto* box : bar->findChildren<QCheckBox*>())
            if (box->text() == "Only in selected rows") box->setChecked(true);
        fields[0]->setText("b");
        fields[1]->setText("x");
        bar->replaceAll();
        QCOMPARE(values("negative_prompt"), QStringList({"a b", "a x", "a x", "a b"}));
        QCOMPARE(pane_->model()->entries()[1].prompt, "b");
    }

    void aReplacementThatCannotBeIsRefused() {
        QSignalSpy refused(pane_->model(), &PromptModel::refused);
        pane_->find();
        auto* bar = pane_->findChild<FindBar*>();
        const auto fields = bar->findChildren<QLineEdit*>();
        fields[0]->setText("2");
        fields[1]->setText("two");
        bar->replaceAll();
        QCOMPARE(refused.count(), 1);
        QCOMPARE(values("steps"), QStringList({"1", "2", "", ""}));
    }

    void hiddenColumnsWithValuesAreMarked() {
        QToolButton* columns = nullptr;
        for (auto* button : pane_->findChildren<QToolButton*>())
            if (button->accessibleName() == "Columns") columns = button;
        QVERIFY(columns);
        QCOMPARE(columns->text(), QString("1"));
        QVERIFY(columns->toolTip().contains("Sampler"));
        pane_->model()->setValue({2}, columnOf("images"), "3");
        QCOMPARE(columns->text(), QString("2"));
        pane_->model()->remove({1, 2});
        QCOMPARE(columns->text(), QString());
        pane_->model()->undoStack()->undo();
        QCOMPARE(columns->text(), QString("2"));
        for (QAction* action : pane_->table()->columnsMenu()->actions())
            if (action->text() == "Sampler") action->trigger();
        QCOMPARE(columns->text(), QString("1"));
        pane_->table()->columnsMenu()->actions().front()->trigger();
        QCOMPARE(columns->text(), QString());
        QVERIFY(!pane_->table()->isColumnHidden(columnOf("images")) && pane_->table()->isColumnHidden(columnOf("eta")));
    }

    void everyCommandIsInTheContextMenu() {
        QStringList texts;
        for (const QAction* action : pane_->table()->actions()) texts << action->text();
        pane_->table()->goTo(1, columnOf("steps"));
        QStringList named;
        for (const QAction* action : pane_->table()->actions()) named << action->text();
        QVERIFY(texts.contains("Copy rows") && texts.contains("Fill down: Prompt"));
        QVERIFY(named.contains("Fill down: Steps") && named.contains("Clear: Steps"));
        QCOMPARE(pane_->table()->contextMenuPolicy(), Qt::ActionsContextMenu);
    }
};

FANLIGHT_TEST(TstManyRows, QApplication)
#include "tst_many_rows.moc"
