#include <QTest>

#include "core/batch/prompt_syntax.h"
#include "tests/support/test.h"
#include "ui/prompts/prompt_weight.h"

using namespace fanlight;
using namespace fanlight::ui;

/// '@' stands for the cursor, or for both ends of the selection.
static Selection marked(QString text) {
    const int start = int(text.indexOf('@'));
    text.remove(start, 1);
    const int end = int(text.indexOf('@'));
    if (end >= 0) text.remove(end, 1);
    return {text, start, end < 0 ? start : end};
}

static QString shown(const Selection& s) {
    QString text = s.text;
    text.insert(s.end, '@');
    return s.start == s.end ? text : text.insert(s.start, '@');
}

class TstPromptWeight : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void weightsGrowAndFall_data() {
        QTest::addColumn<QString>("before");
        QTest::addColumn<int>("steps");
        QTest::addColumn<QString>("after");
        const auto row = [](const char* before, int steps, const char* after) {
            QTest::addRow("%s %d", before, steps) << QString::fromUtf8(before) << steps << QString::fromUtf8(after);
        };
        row("a c@at sits", 1, "a (c@at:1.1) sits");
        row("a c@at", -1, "a (c@at:0.9)");
        row("a @red cat@ sits", 1, "a (@red cat@:1.1) sits");
        row("a@ red @cat", 1, "a (@red@:1.1) cat");
        row("a, b-c_d'e@|f, g", 1, "a, (b-c_d'e@|f:1.1), g");
        row("one\nt@wo\tthree", 1, "one\n(t@wo:1.1)\tthree");
        row("قط@ة", 1, "(قط@ة:1.1)");
        row("😀@ 😀", 1, "(😀@:1.1) 😀");
        row("a , @ , b", 1, "a , @ , b");
        row("@", 1, "@");
        row("a@  @b", 1, "a@  @b");
        // Groups
        row("a (c@at:1.1)", 1, "a (c@at:1.2)");
        row("a (@red cat@:1.1)", 1, "a (@red cat@:1.2)");
        row("a @(red cat:1.1)@", 1, "a (@red cat@:1.2)");
        row("a (red @cat@:1.1)", 1, "a (red (@cat@:1.1):1.1)");
        row("a (c@at:1.1)", -1, "a c@at");
        row("a (red c@at:1.1)", -1, "a @red cat@");
        row("a (cat@:+.9)", 1, "a cat@");
        row("((a@:1.3) b:1.2)", 1, "((a@:1.4) b:1.2)");
        row("((a:1.3) b@:1.2)", 1, "((a:1.3) b@:1.3)");
        row("(قط@ة:1.1) 😀", 1, "(قط@ة:1.2) 😀");
        row("(a@:0)", -1, "(a@:-0.1)");
        row("(a@:9.95)", 1, "(a@:10.0)");
        row("(a@:25)", -1, "(a@:24.9)");
        row("(a@:25)", 1, "(a@:25.0)");
        row("(a@:1.234)", 1, "(a@:1.334)");
        // Brackets without a number
        row("(((x@)))", 1, "(x@:1.4)");
        row("(((x@)))", -1, "(x@:1.2)");
        row("(x@)", 1, "(x@:1.2)");
        row("(x@)", -1, "x@");
        row("[x@]", 1, "x@");
        row("[x@]", -1, "(x@:0.8)");
        row("[[x@]]", -1, "(x@:0.7)");
        row("([x@])", -1, "((x@:0.8))");
        row("((a) b@)", 1, "((a) b@:1.2)");
        row("((x@:1.2))", 1, "((x@:1.3))");
        row("(x@:1.2.3)", 1, "(x@:1.2.3:1.2)");
        // What only looks like a group
        row("tag \\(ga@me\\)", 1, "tag \\((ga@me:1.1)\\)");
        row("(tag \\(game\\)@:1.2)", 1, "(tag \\(game\\)@:1.3)");
        row("(a b@", 1, "(a (b@:1.1)");
        row("a b@)", 1, "a (b@:1.1))");
        row("{a|b@}", 1, "{(a|b@:1.1)}");
        row("a BRE@AK b", 1, "a BRE@AK b");
        row("a @BREAK@ b", 1, "a @BREAK@ b");
        row("@a BREAK b@", 1, "(@a BREAK b@:1.1)");
        row("(a BREAK b@:1.2)", 1, "(a BREAK b@:1.3)");
        // Scheduled and alternating texts
        row("[a:b@:10]", 1, "[a:(b@:1.1):10]");
        row("[a:b:1@0]", 1, "[a:b:1@0]");
        row("[a|@b c@]", 1, "[a|(@b c@:1.1)]");
        row("[(a@:1.2):b:10]", 1, "[(a@:1.3):b:10]");
        row("([a|b] c@:1.2)", 1, "([a|b] c@:1.3)");
        row("@[a|b]@", 1, "(@[a|b]@:1.1)");
        row("[@a|b@]", 1, "[@a|b@]");
        row("[@a:b@:10]", 1, "[@a:b@:10]");
        row("(c@at:[1.2:1.4:10])", 1, "(c@at:[1.2:1.4:10])");
        // Selections that cut through groups
        row("@a (b@ c)", 1, "@a (b@ c)");
        row("(a @b) c@", 1, "(a @b) c@");
        row("a @(b@", 1, "a @(b@");
        row("a \\@(b@", 1, "a \\@(b@");
        row("(a [b) c@]", -1, "(a [b) c@]");
        // Networks
        row("<lora:sk@etch:0.8>", 1, "<lora:sk@etch:0.85>");
        row("<lora:sketch:0.8@>", -1, "<lora:sketch:@0.75>");
        row("<@lora:sketch:0.95@>", 1, "<@lora:sketch:@1.0>");
        row("(<lora:x@:1>)", -1, "(<lora:x@:0.95>)");
        row("<lora:x@:te=0.5>", 1, "<lora:x@:te=0.5>");
        row("<lora:x@>", 1, "<lora:x@>");
        row("<lora:5@>", 1, "<lora:5@>");
        row("<a b:x@:1>", 1, "<a b:(x@:1.1):1>");
    }
    void weightsGrowAndFall() {
        QFETCH(QString, before);
        QFETCH(int, steps);
        QTEST(shown(withWeight(marked(before), steps)), "after");
    }

    void theSameKeyContinuesWhereItWas_data() {
        QTest::addColumn<QString>("prompt");
        QTest::newRow("cursor") << "a c@at";
        QTest::newRow("selection") << "a @red cat@";
        QTest::newRow("emoji") << QStringLiteral("a 😀@");
    }
    void theSameKeyContinuesWhereItWas() {
        QFETCH(QString, prompt);
        Selection s = marked(prompt);
        for (int i = 0; i < 3; ++i) s = withWeight(s, 1);
        QVERIFY2(s.text.endsWith(":1.3)"), qPrintable(s.text));
        for (int i = 0; i < 6; ++i) s = withWeight(s, -1);
        QVERIFY2(s.text.endsWith(":0.7)"), qPrintable(s.text));
        for (int i = 0; i < 3; ++i) s = withWeight(s, 1);
        QCOMPARE(shown(s), prompt);
    }

    /// Whatever the cursor is in, the words stay.
    void onlyWeightsChange() {
        const QString prompt =
            QStringLiteral("a (((b))) [c] (d \\(e\\):1.2) BREAK 😀 [(f:1.1):قطة:3] [g|h] ((i) j <lora:k:1>");
        const auto texts = [](const QString& text) {
            std::vector<std::string> words;
            for (const ScheduledText& at : scheduled_texts(text.toStdString(), Emphasis::Original, 6)) {
                std::string& joined = words.emplace_back();
                for (const PromptPart& part : weighted_parts(at.text, Emphasis::Original)) joined += part.text;
            }
            return words;
        };
        for (int at = 0; at <= prompt.size(); ++at)
            for (const int steps : {-1, 1}) {
                const Selection after = withWeight({prompt, at, at}, steps);
                QVERIFY2(texts(after.text) == texts(prompt), qPrintable(shown(after)));
                QVERIFY2(after.start >= 0 && after.start <= after.end && after.end <= after.text.size(),
                         qPrintable(after.text));
            }
    }

    void literalPromptsHaveNoWeights() {
        for (const Emphasis emphasis : {Emphasis::Literal, Emphasis::None})
            QCOMPARE(shown(withWeight(marked("a (c@at:1.1)"), 1, emphasis)), QString("a (c@at:1.1)"));
    }
};

FANLIGHT_TEST(TstPromptWeight)
#include "tst_prompt_weight.moc"
