// The vectors are the results of AUTOMATIC1111's parser, but for BREAK's weight, which has no meaning.

#include "core/batch/prompt_attention.h"

#include <QElapsedTimer>
#include <QTest>
#include <cmath>

#include "tests/support/test.h"

using namespace fanlight;
using Parts = std::vector<PromptPart>;

Q_DECLARE_METATYPE(Parts)

namespace {

const PromptPart next_chunk = {.text = "BREAK", .is_break = true};

std::string shown(const Parts& parts) {
    std::string text;
    for (const PromptPart& part : parts)
        text += "\"" + part.text + "\" " + (part.is_break ? "break" : std::to_string(part.weight)) + "; ";
    return text;
}

}  // namespace

class TestPromptAttention : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void parts_data() {
        QTest::addColumn<QByteArray>("prompt");
        QTest::addColumn<Parts>("expected");
        const auto add = [](const char* prompt, const Parts& expected) {
            QTest::newRow(prompt) << QByteArray(prompt) << expected;
        };
        add("a (cat)", {{"a ", 1}, {"cat", 1.1}});
        add("a ((cat))", {{"a ", 1}, {"cat", 1.21}});
        add("a [cat]", {{"a ", 1}, {"cat", 0.9090909}});
        add("a [[cat]]", {{"a ", 1}, {"cat", 0.8264463}});
        add("a (cat:1.3)", {{"a ", 1}, {"cat", 1.3}});
        add("a (cat: 1.3 )", {{"a ", 1}, {"cat", 1.3}});
        add("a (cat:+1.2)", {{"a ", 1}, {"cat", 1.2}});
        add("a (cat:-0.5)", {{"a ", 1}, {"cat", -0.5}});
        add("(a (b:1.2) c:0.9)", {{"a ", 0.9}, {"b", 1.08}, {" c", 0.9}});
        add("((red:1.2) hat)", {{"red", 1.32}, {" hat", 1.1}});
        add("[(red:1.2)]", {{"red", 1.0909091}});
        add("a (b:1.2", {{"a ", 1}, {"b:1.2", 1.1}});
        add("a b)", {{"a b)", 1}});
        add("a b]", {{"a b]", 1}});
        add("a b:1.2)", {{"a b:1.2)", 1}});
        add("a [b:1.2]", {{"a ", 1}, {"b:1.2", 0.9090909}});
        add("a [b", {{"a ", 1}, {"b", 0.9090909}});
        add("a (b:x)", {{"a ", 1}, {"b:x", 1.1}});
        add("a (b:1:2)", {{"a ", 1}, {"b:1", 2}});
        add("tag \\(game\\)", {{"tag (game)", 1}});
        add("(tag \\(game\\):1.2)", {{"tag (game)", 1.2}});
        add("\\[a\\]", {{"[a]", 1}});
        add("a\\\\b", {{"a\\b", 1}});
        add("C:\\dir", {{"C:dir", 1}});
        add("a BREAK b", {{"a", 1}, next_chunk, {"b", 1}});
        add("(a BREAK b:1.2)", {{"a", 1.2}, next_chunk, {"b", 1.2}});
        add("BREAK", {{"", 1}, next_chunk, {"", 1}});
        add("a BREAK BREAK b", {{"a", 1}, next_chunk, {"", 1}, next_chunk, {"b", 1}});
        add("breakfast BREAKFAST", {{"breakfast BREAKFAST", 1}});
        add("قطةBREAK", {{"قطةBREAK", 1}});
        add("قطة،BREAK", {{"قطة،", 1}, next_chunk, {"", 1}});
        add("a\u00a0BREAK\u3000b", {{"a", 1}, next_chunk, {"b", 1}});
        add("()", {{"", 1}});
        add("(:1.2)", {{"", 1}});
        add("", {{"", 1}});
        add("(a:1.2)(b:1.2)", {{"ab", 1.2}});
        add("a, (b:.7), [c]", {{"a, ", 1}, {"b", 0.7}, {", ", 1}, {"c", 0.9090909}});
        add("(قطة:1.2) سوداء", {{"قطة", 1.2}, {" سوداء", 1}});
        add("(a:1.2.3)", {{"a:1.2.3", 1.1}});
        add("(a:.)", {{"a:.", 1.1}});
        add("(a:)", {{"a:", 1.1}});
        add("(a:1e2)", {{"a:1e2", 1.1}});
        add("(a:nan)(b:inf)", {{"a:nanb:inf", 1.1}});
        add("one\ntwo (three:1.1)", {{"one\ntwo ", 1}, {"three", 1.1}});
    }

    void parts() {
        QFETCH(QByteArray, prompt);
        QFETCH(Parts, expected);
        const Parts found = prompt_parts(prompt.toStdString());
        QVERIFY2(found.size() == expected.size(), shown(found).c_str());
        for (size_t i = 0; i < found.size(); ++i)
            QVERIFY2(found[i].text == expected[i].text && found[i].is_break == expected[i].is_break &&
                         std::abs(found[i].weight - expected[i].weight) < 1e-7,
                     shown(found).c_str());
    }

    void anyTextIsAPrompt() {
        QElapsedTimer timer;
        timer.start();
        for (const std::string& piece :
             {"(", "[", "(a", "[a", "((a)", "\\", ":", "(a:1.1)", "(a:1", "BREAK ", " ", "\xff"}) {
            std::string prompt;
            while (prompt.size() < 170'000) prompt += piece;
            const Parts parts = prompt_parts(prompt);
            QVERIFY(!parts.empty());
            for (const PromptPart& part : parts) QVERIFY(std::isfinite(part.weight));
        }
        QVERIFY(timer.elapsed() < 20'000);
    }

    void marksAreWhatIsNotText() {
        const std::vector<MarkedText> expected = {
            {0, 1, PromptMark::Bracket}, {2, 6, PromptMark::Weight},   {6, 7, PromptMark::Bracket},
            {8, 13, PromptMark::Break},  {14, 16, PromptMark::Escape}, {18, 19, PromptMark::Bracket},
        };
        QVERIFY(attention_marks("(a:1.2) BREAK \\(b [c") == expected);
        QVERIFY(attention_marks("a b) c] d:1.2) <e>").empty());
    }
};

FANLIGHT_TEST(TestPromptAttention)
#include "tst_prompt_attention.moc"
