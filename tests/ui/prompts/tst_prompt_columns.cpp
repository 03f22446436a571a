#include <QApplication>
#include <QHeaderView>
#include <QScrollBar>
#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/style/style.h"

using namespace fanlight::ui;

namespace {

constexpr int state = PromptModel::stateColumn, prompt = PromptModel::promptColumn;
constexpr int narrow = 680, wide = 1100;  // pixels, of the table

}  // namespace

/// How the columns of the prompt list share its width.
class TestPromptColumns : public QObject {
    Q_OBJECT

    PromptModel model_;
    std::unique_ptr<PromptTable> table_;

    void resize(int width) { table_->resize(width, 400); }
    int width(int column) const { return table_->columnWidth(column); }
    bool scrolls() const { return table_->horizontalScrollBar()->maximum() > 0; }
    bool isFilled() const { return table_->horizontalHeader()->length() == table_->viewport()->width(); }

private Q_SLOTS:
    void initTestCase() {
        applyStyle(Scheme::Dark);
        model_.insert(0, {{.prompt = "a cat"}}, "type");
    }
    void init() {
        table_ = std::make_unique<PromptTable>(&model_);
        resize(wide);
        table_->show();
    }

    void promptsTakeWhatIsLeft() {
        QVERIFY(isFilled() && width(prompt) > 400);
        const int before = width(prompt);
        resize(wide + 100);
        QCOMPARE(width(prompt), before + 100);
    }

    void theOthersShrinkBeforePromptsAreCutShort() {
        const int full = width(state);
        resize(narrow);
        QVERIFY2(width(prompt) >= 220, qPrintable(QString::number(width(prompt))));
        QVERIFY(width(state) < full && width(state) > 100);
        QTRY_VERIFY(isFilled() && !scrolls());
        resize(wide);
        QCOMPARE(width(state), full);
    }

    void manyColumnsScroll() {
        for (int column = 0; column < model_.columnCount(); ++column) table_->setColumnHidden(column, false);
        Q_EMIT table_->columnsChanged();
        resize(narrow);
        QVERIFY(scrolls());
        QVERIFY(width(prompt) >= 150);
    }

    void aWidthThatTheUserHasGivenComesBack() {
        table_->horizontalHeader()->resizeSection(state, 260);
        QVERIFY(isFilled());
        resize(narrow);
        QVERIFY(width(state) < 260);
        const QByteArray kept = table_->saveColumns();
        QVERIFY(isFilled() && width(state) < 260);
        PromptTable next(&model_);
        QVERIFY(next.restoreColumns(kept, model_.columnCount()));
        next.resize(wide, 400);
        next.show();
        QCOMPARE(next.columnWidth(state), 260);
        resize(wide);
        QCOMPARE(width(state), 260);
    }

    /// An arrangement from before the table shared its width out itself.
    void promptsStillTakeWhatIsLeft() {
        table_->horizontalHeader()->setSectionResizeMode(prompt, QHeaderView::Stretch);
        const QByteArray former = table_->horizontalHeader()->saveState();
        PromptTable next(&model_);
        QVERIFY(next.restoreColumns(former, model_.columnCount()));
        next.resize(narrow, 400);
        next.show();
        QVERIFY(next.columnWidth(prompt) >= 220);
    }
};

FANLIGHT_TEST(TestPromptColumns, QApplication)
#include "tst_prompt_columns.moc"
