#include <QApplication>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>

#include "tests/support/test.h"
#include "ui/models/direction.h"
#include "ui/prompts/prompt_edit.h"

using namespace fanlight::ui;

namespace {

/// The stretches that differ from plain text, as they are shown but without isolates, in order.
QString coloured(const PromptEdit& edit) {
    QStringList stretches;
    for (QTextBlock block = edit.document()->begin(); block.isValid(); block = block.next())
        for (const auto& range : block.layout()->formats())
            stretches << withoutIsolates(block.text().mid(range.start, range.length));
    return stretches.join(' ');
}

}  // namespace

class TstPromptSyntax : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void onlyRightToLeftTextWithSyntaxIsIsolated() {
        for (const QString& text : {QString("a (cat:1.2) {b|c} <lora:x:1>"), QStringLiteral("قطة"), QString()})
            QCOMPARE(isolatedSyntax(text), text);
    }

    void bracketsAndWeightsAreIsolated() {
        const QString shown = isolatedSyntax(QStringLiteral("(قطة:1.2)"));
        QCOMPARE(shown, QString(u'\u2066') + "(" + QChar(u'\u2068') + QStringLiteral("قطة") + QChar(u'\u2069') + ":" +
                            QChar(u'\u2068') + "1.2" + QChar(u'\u2069') + ")" + QChar(u'\u2069'));
        QCOMPARE(withoutIsolates(shown), QStringLiteral("(قطة:1.2)"));
    }

    void textWithIsolatesOfItsOwnIsLeftAlone() {
        const QString own = QString(u'\u2066') + QStringLiteral("(قطة)") + QChar(u'\u2069');
        QCOMPARE(isolatedSyntax(own), own);
    }

    void theFieldReturnsWhatWasSet() {
        PromptEdit edit;
        for (const QString& text : {QStringLiteral("قطة (حمراء:1.2) {أ|ب} __لون__"),
                                    QStringLiteral("قطة __color__ __a/b*__"), QString("a (b:1.1)")}) {
            edit.setText(text);
            QCOMPARE(edit.text(), text);
        }
    }

    void backspaceNeverStopsAtAnInvisibleMark() {
        PromptEdit edit;
        edit.setText(QStringLiteral("(قطة:1.2)"));
        edit.moveCursor(QTextCursor::End);
        for (int left = 8; left >= 0; --left) {
            QTest::keyClick(&edit, Qt::Key_Backspace);
            QCOMPARE(edit.text().size(), left);
        }
    }

    void whatHasAMeaningIsColoured_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("coloured");
        QTest::newRow("plain") << "a {b|c} __d__ e:1.2)"
                               << "";
        QTest::newRow("weights") << "a (cat:1.2) [b]"
                                 << "( :1.2 ) [ ]";
        QTest::newRow("escapes") << "\\(a\\) \\\\"
                                 << "\\( \\) \\\\";
        QTest::newRow("schedules") << "[a:(b:.5):10] [c|d]"
                                   << "[ : ( :.5 ) :10] [ | ]";
        QTest::newRow("networks") << "<lora:x:1> BREAK <3"
                                  << "<lora:x:1> BREAK";
        QTest::newRow("arabic") << QStringLiteral("قطة (حمراء:1.2) [أ|ب]") << "( :1.2 ) [ | ]";
        QTest::newRow("emoji") << QStringLiteral("😀 (😀😀:1.2) é <lora:é:1>") << QStringLiteral("( :1.2 ) <lora:é:1>");
        QTest::newRow("lines") << "(a\nb:1.2)\n[c:\nd:3]"
                               << "( :1.2 ) [ : :3]";
        QTest::newRow("half a pair") << QString(QChar(0xd83d)) + "(a)"
                                     << "( )";
    }
    void whatHasAMeaningIsColoured() {
        QFETCH(QString, prompt);
        PromptEdit edit;
        edit.setText(prompt);
        QTEST(coloured(edit), "coloured");
        edit.setReading(fanlight::Emphasis::Literal);
        QCOMPARE(coloured(edit), QString());
        edit.setReading(fanlight::Emphasis::Original);
        QTEST(coloured(edit), "coloured");
    }

    /// As language models read prompts.
    void ofLiteralPromptsLorasMayBeColouredAlone() {
        fanlight::ui::PromptReading reading = fanlight::Emphasis::Literal;
        reading.takesLoras = true;
        PromptEdit edit;
        edit.setText("a (cat:1.2) <lora:x:1> [b|c] BREAK <hypernet:y:1>");
        edit.setReading(reading);
        QCOMPARE(coloured(edit), QString("<lora:x:1>"));
        edit.moveCursor(QTextCursor::End);
        QTest::keyClick(&edit, Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(edit.text(), "a (cat:1.2) <lora:x:1> [b|c] BREAK <hypernet:y:1>");
        QTextCursor cursor = edit.textCursor();
        cursor.setPosition(int(edit.text().indexOf("lora")));
        edit.setTextCursor(cursor);
        QTest::keyClick(&edit, Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(edit.text(), "a (cat:1.2) <lora:x:0.95> [b|c] BREAK <hypernet:y:1>");
    }

    void aBracketColoursTheLinesBeforeIt() {
        PromptEdit edit;
        edit.setText("[a:\nb:3");
        QCOMPARE(coloured(edit), QString("["));
        edit.moveCursor(QTextCursor::End);
        QTest::keyClicks(&edit, "]");
        QCOMPARE(coloured(edit), QString("[ : :3]"));
        QTest::keyClick(&edit, Qt::Key_Backspace);
        QCOMPARE(coloured(edit), QString("["));
    }

    void literalPromptsKeepTheirWeights() {
        PromptEdit edit;
        edit.setText("a cat");
        edit.setReading(fanlight::Emphasis::Literal);
        edit.moveCursor(QTextCursor::End);
        QTest::keyClick(&edit, Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(edit.text(), "a cat");
    }

    void controlUpChangesTheWeightAtTheCursor() {
        PromptEdit edit;
        edit.setText("a cat");
        edit.moveCursor(QTextCursor::End);
        QTest::keyClick(&edit, Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(edit.text(), "a (cat:1.1)");
        QTest::keyClick(&edit, Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(edit.text(), "a cat");
    }
};

FANLIGHT_TEST(TstPromptSyntax, QApplication)
#include "tst_prompt_syntax.moc"
