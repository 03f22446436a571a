#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/find_bar.h"
#include "ui/prompts/prompt_edit.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"

using namespace fanlight::ui;

class TstPromptsPane : public QObject {
    Q_OBJECT

    PromptsPane* pane_ = nullptr;

    PromptEdit* editor() const { return pane_->findChildren<PromptEdit*>().first(); }
    QStringList prompts() const {
        QStringList texts;
        for (const PromptEntry& entry : pane_->model()->entries()) texts << entry.prompt;
        return texts;
    }

private Q_SLOTS:
    void init() {
        pane_ = new PromptsPane;
        pane_->show();
    }
    void cleanup() { delete pane_; }

    void threePromptsAreTypedOneAfterTheOther() {
        pane_->focusPrompt();
        for (const char* text : {"a cat", "a dog", "a fish"}) {
            if (!prompts().isEmpty()) QTest::keyClick(editor(), Qt::Key_Return);
            QTest::keyClicks(editor(), text);
        }
        QCOMPARE(prompts(), QStringList({"a cat", "a dog", "a fish"}));
        pane_->model()->undoStack()->undo();
        QCOMPARE(prompts(), QStringList({"a cat", "a dog", ""}));
    }

    void pastedLinesReplaceAnEmptyRow() {
        pane_->addRow();
        QApplication::clipboard()->setText("a\nb\nc");
        pane_->paste();
        QCOMPARE(prompts(), QStringList({"a", "b", "c"}));
        pane_->model()->undoStack()->undo();
        QCOMPARE(prompts(), QStringList({""}));
    }

    void replacingAllIsOneChange() {
        pane_->model()->insert(0, {{.prompt = "red cat"}, {.prompt = "Red dog"}, {.prompt = "fish"}}, "fill");
        pane_->findAndReplace();
        auto* bar = pane_->findChild<FindBar*>();
        const auto fields = bar->findChildren<QLineEdit*>();
        fields[0]->setText("red");
        fields[1]->setText("blue");
        bar->replaceAll();
        QCOMPARE(prompts(), QStringList({"blue cat", "blue dog", "fish"}));
        pane_->model()->undoStack()->undo();
        QCOMPARE(prompts(), QStringList({"red cat", "Red dog", "fish"}));
    }

    void theSearchWrapsAround() {
        pane_->model()->insert(0, {{.prompt = "x"}, {.prompt = "y"}, {.prompt = "x"}}, "fill");
        auto* bar = pane_->findChild<FindBar*>();
        bar->findChildren<QLineEdit*>()[0]->setText("x");
        QCOMPARE(bar->nextMatch(0, false), 2);
        QCOMPARE(bar->nextMatch(2, false), 0);
        QCOMPARE(bar->nextMatch(0, true), 2);
    }

    void everyControlHasAName() {
        for (QWidget* widget : pane_->findChildren<QWidget*>())
            if (widget->focusPolicy() & Qt::TabFocus && widget->isVisible() && widget->inherits("QAbstractButton"))
                QVERIFY2(
                    !widget->accessibleName().isEmpty() || !qobject_cast<QAbstractButton*>(widget)->text().isEmpty(),
                    qPrintable(widget->metaObject()->className()));
    }
};

FANLIGHT_TEST(TstPromptsPane, QApplication)
#include "tst_prompts_pane.moc"
