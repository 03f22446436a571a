#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/prompt_weight.h"

using namespace fanlight::ui;

/// '|' stands for the cursor, or for both ends of the selection.
static Selection marked(QString text) {
    const int start = int(text.indexOf('|'));
    text.remove(start, 1);
    const int end = int(text.indexOf('|'));
    if (end >= 0) text.remove(end, 1);
    return {text, start, end < 0 ? start : end};
}

class TstPromptWeight : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void weightsGrowAndFall_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<int>("steps");
        QTest::addColumn<QString>("after");
        QTest::newRow("word") << "a c|at sits" << 1 << "a (cat:1.1) sits";
        QTest::newRow("word down") << "a c|at" << -1 << "a (cat:0.9)";
        QTest::newRow("selection") << "a |red cat| sits" << 1 << "a (red cat:1.1) sits";
        QTest::newRow("blanks stay outside") << "a| red |cat" << 1 << "a (red:1.1) cat";
        QTest::newRow("group") << "a (c|at:1.1)" << 1 << "a (cat:1.2)";
        QTest::newRow("back to one") << "a (c|at:1.1)" << -1 << "a cat";
        QTest::newRow("inner group") << "((a|:1.3) b:1.2)" << 1 << "((a:1.4) b:1.2)";
        QTest::newRow("outer group") << "((a:1.3) b|:1.2)" << 1 << "((a:1.3) b:1.3)";
        QTest::newRow("lora") << "<lora:sk|etch:0.8>" << 1 << "<lora:sketch:0.85>";
        QTest::newRow("arabic") << QStringLiteral("قط|ة") << 1 << QStringLiteral("(قطة:1.1)");
        QTest::newRow("nothing there") << "a , | , b" << 1 << "a ,  , b";
        QTest::newRow("empty") << "|" << 1 << "";
    }
    void weightsGrowAndFall() {
        QFETCH(QString, before);
        QFETCH(int, steps);
        QTEST(withWeight(marked(before), steps).text, "after");
    }

    void theSameKeyContinuesWhereItWas() {
        Selection s = marked("a c|at");
        for (int i = 0; i < 3; ++i) s = withWeight(s, 1);
        QCOMPARE(s.text, "a (cat:1.3)");
        for (int i = 0; i < 3; ++i) s = withWeight(s, -1);
        QCOMPARE(s.text, "a cat");
    }
};

FANLIGHT_TEST(TstPromptWeight)
#include "tst_prompt_weight.moc"
