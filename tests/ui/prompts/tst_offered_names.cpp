#include <QAbstractItemView>
#include <QApplication>
#include <QCompleter>
#include <QLineEdit>
#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/name_completer.h"
#include "ui/prompts/name_offers.h"
#include "ui/prompts/offered_names.h"
#include "ui/prompts/prompt_edit.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"

using namespace fanlight::ui;

/// Names that are offered while they are typed, in cells and in prompts.
class TstOfferedNames : public QObject {
    Q_OBJECT

    PromptsPane* pane_ = nullptr;

    PromptTable* table() const { return pane_->table(); }
    PromptModel* model() const { return pane_->model(); }
    PromptEdit* edit() const { return pane_->findChild<PromptEdit*>(); }
    static QStringList shown(const QCompleter* completer) {
        QStringList names;
        for (int row = 0; row < completer->completionCount(); ++row)
            names << completer->completionModel()->index(row, 0).data().toString();
        return names;
    }
    /// Where the current cell is edited.
    QLineEdit* editorOf(const QString& rule) const {
        const auto isClosed = [this] { return !table()->viewport()->findChild<QLineEdit*>(); };
        if (!QTest::qWaitFor(isClosed)) return nullptr;  // that of another cell
        const int column = fieldWith(rule) + PromptModel::promptColumn;
        table()->setColumnHidden(column, false);
        table()->goTo(0, column);
        QTest::keyClick(table()->viewport(), Qt::Key_F2);
        return qobject_cast<QLineEdit*>(table()->viewport()->findChild<QLineEdit*>());
    }
    /// The list that is open.
    static QAbstractItemView* list() { return qobject_cast<QAbstractItemView*>(QApplication::activePopupWidget()); }

private Q_SLOTS:
    void init() {
        pane_ = new PromptsPane;
        table()->names()->setNames({.models = {"photo", "photo-xl", "anime"},
                                    .loras = {"styles/ink", "styles/oil", "detail"},
                                    .embeddings = {"easynegative", "badhands"},
                                    .styles = {"Film still", "Ink"}});
        model()->insert(0, {{.prompt = "a dog"}}, "fill");
        pane_->show();
        QApplication::setActiveWindow(pane_);
        table()->selectRow(0);
    }
    void cleanup() { delete pane_; }

    void whatIsBeingTyped_data() {
        QTest::addColumn<QString>("prompt");  // up to the cursor, which is |
        QTest::addColumn<QString>("typed");
        QTest::addColumn<bool>("isLora");
        const auto row = [](const char* prompt, const char* typed, bool isLora = false) {
            QTest::newRow(prompt) << prompt << typed << isLora;
        };
        row("a dog <lora:|", "", true);
        row("<LoRA:in|, b", "in", true);
        row("<lora:ink:|", "");
        row("<lora:ink:1>|", "");
        row("<lora:my style|", "my style", true);
        row("a, easy|", "easy");
        row("(bad-hands_v2|:1.2)", "bad-hands_v2");
        row("a|", "");
        row("do|g", "");
        row("|", "");
    }
    void whatIsBeingTyped() {
        QFETCH(QString, prompt);
        const int position = int(prompt.indexOf('|'));
        const auto open = openNameAt(prompt.remove(position, 1), position);
        QTEST(open ? open->typed : QString(""), "typed");
        QTEST(open && open->isLora, "isLora");
        if (open) QCOMPARE(prompt.mid(open->begin, open->typed.size()), open->typed);
    }

    void aTagIsCompleted() {
        edit()->setFocus();
        edit()->moveCursor(QTextCursor::End);
        QTest::keyClicks(edit(), " <lora:OI");
        QVERIFY(list());
        QTest::keyClick(list(), Qt::Key_Down);
        QTest::keyClick(list(), Qt::Key_Return);
        QCOMPARE(model()->entries()[0].prompt, QString("a dog <lora:styles/oil:1>"));
        QCOMPARE(edit()->position(), int(edit()->text().size()));
        QVERIFY(!list());
        QTest::keyClicks(edit(), ", <lora:x");
        QVERIFY(!list());
    }

    void anEmbeddingIsCompleted() {
        edit()->setFocus();
        edit()->moveCursor(QTextCursor::End);
        QTest::keyClicks(edit(), ", (eas");
        QVERIFY(list());
        QTest::keyClick(list(), Qt::Key_Down);
        QTest::keyClick(list(), Qt::Key_Return);
        QCOMPARE(model()->entries()[0].prompt, QString("a dog, (easynegative"));
        QTest::keyClicks(edit(), ", bad");
        QVERIFY(list());
        QTest::keyClick(list(), Qt::Key_Escape);
        QVERIFY(!list());
        QCOMPARE(model()->rowCount(), 1);
    }

    void cellsOfModelsAndLorasOfferNames() {
        QLineEdit* line = editorOf("model");
        QVERIFY(line && line->completer());
        line->completer()->setCompletionPrefix("XL");
        QCOMPARE(shown(line->completer()), QStringList("photo-xl"));
        line->setText("photo-xl");  // as the list does
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_COMPARE(model()->entries()[0].values.value("model"), QString("photo-xl"));

        line = editorOf("loras");
        QVERIFY(line && line->completer());
        line->setText("detail:0.5; in");
        line->completer()->setCompletionPrefix(line->text());
        QCOMPARE(shown(line->completer()), QStringList("styles/ink"));
        QCOMPARE(line->completer()->currentCompletion(), QString("detail:0.5; styles/ink"));
        QTest::keyClick(line, Qt::Key_Escape);

        line = editorOf("styles");
        QVERIFY(line && line->completer());
        line->completer()->setCompletionPrefix("film");
        QCOMPARE(shown(line->completer()), QStringList("Film still"));
        QTest::keyClick(line, Qt::Key_Escape);

        line = editorOf("sampler");
        QVERIFY(line && line->completer());
        line->completer()->setCompletionPrefix("2m s");
        QCOMPARE(shown(line->completer()), QStringList("DPM++ 2M SDE"));
        QAbstractItemView* popup = line->completer()->popup();
        line->completer()->complete(QRect(0, 0, 20, 10));
        QVERIFY(popup->width() >= popup->sizeHintForColumn(0));
        popup->hide();
        line->setText("DPM++ 2M SDE");
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_COMPARE(model()->data(model()->index(0, fieldWith("sampler") + PromptModel::promptColumn)).toString(),
                     QString("DPM++ 2M SDE"));

        line = editorOf("steps");
        QVERIFY(line && !line->completer());
    }
};

FANLIGHT_TEST(TstOfferedNames, QApplication)
#include "tst_offered_names.moc"
