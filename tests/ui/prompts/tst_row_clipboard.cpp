#include <QApplication>
#include <QClipboard>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/prompt_edit.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"
#include "ui/prompts/row_clipboard.h"

using namespace fanlight::ui;

/// Rows that are copied and pasted, in this window and through other programs.
class TstRowClipboard : public QObject {
    Q_OBJECT

    PromptsPane* pane_ = nullptr;

    static std::vector<PromptEntry> rows() {
        return {{.prompt = "a dog\nin snow", .values = {{"seed", "5"}, {"steps", "3"}, {"negative_prompt", "blurry"}}},
                {.prompt = "#1girl, standing", .values = {{"seed", "6"}, {"steps", "4"}}},
                {.prompt = "--no frills", .values = {{"seed", "7"}}},
                {.prompt = "an empty text", .values = {{"negative_prompt", ""}}},
                {.prompt = "an empty cell", .values = {{"seed", "8"}}, .blankNegative = true},
                {.prompt = "{a|b} \"c\"\td", .values = {{"width", "64"}, {"height", "96"}, {"emphasis", "no-norm"}}}};
    }
    static std::vector<PromptEntry> withoutIds(std::vector<PromptEntry> entries) {
        for (PromptEntry& entry : entries) entry.id = 0;
        return entries;
    }
    void press(int key, Qt::KeyboardModifiers modifiers = Qt::ControlModifier) const {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key(key), modifiers);
    }

private Q_SLOTS:
    void init() {
        pane_ = new PromptsPane;
        pane_->show();
        QApplication::setActiveWindow(pane_);
    }
    void cleanup() { delete pane_; }

    void theKeysCopyWholeRows() {
        pane_->model()->insert(0, rows(), "fill");
        pane_->table()->selectRow(int(rows().size()) - 1);
        pane_->table()->setFocus();
        press(Qt::Key_A);
        press(Qt::Key_C);
        press(Qt::Key_V);
        auto twice = rows();
        for (const PromptEntry& row : rows()) twice.push_back(row);
        QVERIFY(withoutIds(pane_->model()->entries()) == twice);
        press(Qt::Key_X);
        QVERIFY(withoutIds(pane_->model()->entries()) == rows());
        press(Qt::Key_V);
        QCOMPARE(pane_->model()->rowCount(), 12);
    }

    void theTextAloneKeepsEverything() {
        const std::unique_ptr<QMimeData> data(clipboardData(rows()));
        const ReadPrompts read = promptsOfText(data->text());
        QCOMPARE(read.problems, QStringList());
        QVERIFY(read.entries == rows());
    }

    void promptsAloneAreLines_data() {
        QTest::addColumn<QStringList>("prompts");
        QTest::addColumn<bool>("areLines");
        QTest::newRow("plain") << QStringList{"a cat", "a (dog:1.2)"} << true;
        QTest::newRow("like an object") << QStringList{"{a|b} c", "d"} << false;
        QTest::newRow("like a header") << QStringList{"prompt", "seed"} << false;
        QTest::newRow("of two lines") << QStringList{"a\nb", "c"} << false;
    }
    void promptsAloneAreLines() {
        QFETCH(QStringList, prompts);
        std::vector<PromptEntry> entries;
        for (const QString& prompt : prompts) entries.push_back({.prompt = prompt});
        const std::unique_ptr<QMimeData> data(clipboardData(entries));
        QTEST(data->text() == prompts.join('\n'), "areLines");
        QVERIFY(promptsOfText(data->text()).entries == entries);
    }

    void dashesInForeignTextAreNoOptions() {
        QApplication::clipboard()->setText("--no frills\na cat\n--prompt \"a dog\" --steps 4");
        QSignalSpy problem(pane_, &PromptsPane::problem);
        pane_->paste();
        QCOMPARE(problem.count(), 0);
        QCOMPARE(pane_->model()->rowCount(), 3);
        QCOMPARE(pane_->model()->entries()[0].prompt, "--no frills");
        QCOMPARE(pane_->model()->entries()[2].values.value("steps"), "4");
    }

    void theEmptyPageTakesThePasteKey() {
        pane_->model()->insert(0, rows(), "fill");
        pane_->table()->setFocus();
        press(Qt::Key_A);
        press(Qt::Key_Delete, Qt::NoModifier);
        QCOMPARE(pane_->model()->rowCount(), 0);
        QVERIFY(QApplication::focusWidget() && !qobject_cast<PromptEdit*>(QApplication::focusWidget()));
        QApplication::clipboard()->setText("a\nb\nc");
        press(Qt::Key_V);
        QCOMPARE(pane_->model()->rowCount(), 3);
    }

    void theEditorKeepsThePasteKey() {
        pane_->model()->insert(0, {{.prompt = "a "}}, "fill");
        pane_->table()->selectRow(0);
        pane_->focusPrompt();
        press(Qt::Key_End);
        QApplication::clipboard()->setText("cat");
        press(Qt::Key_V);
        QCOMPARE(pane_->model()->rowCount(), 1);
        QCOMPARE(pane_->model()->entries()[0].prompt, "a cat");
    }

    void linesOverAWholePromptBecomeRows() {
        pane_->model()->insert(0, {{.prompt = ""}}, "fill");
        pane_->table()->selectRow(0);
        auto* editor = pane_->findChildren<PromptEdit*>().first();
        editor->setText("a sunflower");
        editor->selectAll();
        QSignalSpy pasted(editor, &PromptEdit::linesPasted);
        QApplication::clipboard()->setText("a\nb");
        editor->paste();
        QCOMPARE(pasted.count(), 1);
    }

    void pastedFilesAreImported() {
        QTemporaryDir folder;
        QFile file(folder.filePath("list.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("a\nb\n");
        file.close();
        auto* data = new QMimeData;
        data->setUrls({QUrl::fromLocalFile(file.fileName())});
        data->setText(file.fileName());
        QApplication::clipboard()->setMimeData(data);
        pane_->paste();
        QTRY_COMPARE(pane_->model()->rowCount(), 2);
    }

    void rowsDraggedFromAnotherListAreCopied() {
        PromptModel other;
        other.insert(0, {{.prompt = "x"}}, "fill");
        for (const PromptEntry& row : rows()) other.insert(other.rowCount(), {row}, "fill");
        QModelIndexList dragged;
        for (int row = 1; row < other.rowCount(); ++row) dragged << other.index(row, PromptModel::promptColumn);
        const std::unique_ptr<QMimeData> data(other.mimeData(dragged));
        pane_->model()->insert(0, {{.prompt = "a"}, {.prompt = "b"}, {.prompt = "c"}}, "fill");
        pane_->model()->dropMimeData(data.get(), Qt::MoveAction, 0, 0, {});
        auto expected = rows();
        for (const char* prompt : {"a", "b", "c"}) expected.push_back({.prompt = prompt});
        QVERIFY(withoutIds(pane_->model()->entries()) == expected);
        QCOMPARE(other.rowCount(), int(rows().size()) + 1);
    }

    void hostileRowsAreASentence() {
        QMimeData data;
        data.setData("application/x-fanlight-prompts", "{\"prompt\": \"a\"}\n{oops\n");
        const ReadPrompts read = rowsOfClipboard(data);
        QVERIFY(read.entries.empty() && read.problems.size() == 1);
    }

    void cellsReadBack() {
        const QStringList cells = {"a", "", "b\tc", "d\ne", "\"f\"", "g, h"};
        const auto lines = cellsOfText(textOfCells(cells));
        QStringList read;
        for (const QStringList& line : lines) read += line;
        QCOMPARE(read, cells);
        QCOMPARE(cellsOfText("\"x\" she said\nb").size(), size_t{2});  // quotes that belong to a prompt
        QCOMPARE(cellsOfText("1\t2\n3\t4\n").at(1), QStringList({"3", "4"}));
    }
};

FANLIGHT_TEST(TstRowClipboard, QApplication)
#include "tst_row_clipboard.moc"
