#include <QApplication>
#include <QTest>

#include "tests/support/test.h"
#include "ui/models/direction.h"
#include "ui/prompts/prompt_edit.h"

using namespace fanlight::ui;

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
