#include "core/batch/prompt_schedule.h"

#include <QElapsedTimer>
#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;
using Schedule = std::vector<ScheduledText>;

Q_DECLARE_METATYPE(Schedule)

class TestPromptSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void texts_data() {
        QTest::addColumn<QByteArray>("prompt");
        QTest::addColumn<int>("steps");
        QTest::addColumn<Schedule>("expected");
        const auto add = [](const char* prompt, int steps, const Schedule& expected) {
            QTest::addRow("%s, %d steps", prompt, steps) << QByteArray(prompt) << steps << expected;
        };
        const auto unchanged = [&](const char* prompt, int steps) { add(prompt, steps, {{steps, prompt}}); };
        add("a [red:blue:0.5] hat", 20, {{10, "a red hat"}, {20, "a blue hat"}});
        add("a [red:blue:5] hat", 20, {{5, "a red hat"}, {20, "a blue hat"}});
        add("a [hat:0.25]", 20, {{5, "a "}, {20, "a hat"}});
        add("a [hat::0.25]", 20, {{5, "a hat"}, {20, "a "}});
        add("[cat|dog]", 6, {{1, "cat"}, {2, "dog"}, {3, "cat"}, {4, "dog"}, {5, "cat"}, {6, "dog"}});
        add("[cat|dog|]", 6, {{1, "cat"}, {2, "dog"}, {3, ""}, {4, "cat"}, {5, "dog"}, {6, ""}});
        add("[|cat]", 2, {{1, ""}, {2, "cat"}});
        add("[a:b:25]", 20, {{20, "a"}});
        add("[a:b:1.0]", 20, {{20, "a"}});
        add("[a:b:1]", 20, {{1, "a"}, {20, "b"}});
        add("[a:b:0]", 20, {{20, "b"}});
        add("[a:b:-3]", 20, {{20, "b"}});
        add("[a:b: 0.5 ]", 20, {{10, "a"}, {20, "b"}});
        add("[a:b:+.5]", 20, {{10, "a"}, {20, "b"}});
        add("[a:b:1e1]", 20, {{10, "a"}, {20, "b"}});
        add("[a:b:0.29]", 100, {{28, "a"}, {100, "b"}});
        add("[::0.5]", 20, {{10, ""}, {20, ""}});
        add("[(x:1.2):y:0.3]", 10, {{3, "(x:1.2)"}, {10, "y"}});
        add("[[a:b:0.3]:c:0.6]", 10, {{3, "a"}, {6, "b"}, {10, "c"}});
        add("([a:b:0.5]:1.2)", 10, {{5, "(a:1.2)"}, {10, "(b:1.2)"}});
        add("[[a|b]:c:2]", 4, {{1, "a"}, {2, "b"}, {3, "c"}, {4, "c"}});
        add("(a [b:c:0.5]", 10, {{5, "(a b"}, {10, "(a c"}});
        add("a:b ) [c:d:0.5]", 10, {{5, "a:b ) c"}, {10, "a:b ) d"}});
        add("[a\\]:b:0.5]", 10, {{5, "a\\]"}, {10, "b"}});
        add("[قطة:كلب:0.5]", 10, {{5, "قطة"}, {10, "كلب"}});
        unchanged("a [b] c", 10);
        unchanged("a [b:c] d", 10);
        unchanged("a [b:c:d] e", 10);
        unchanged("a [b:c:d:0.5] e", 10);
        unchanged("a (b:1.2) [c|d:0.5]", 8);
        unchanged("a \\[b:c:5\\]", 10);
        unchanged("[a:b:0.5", 10);
        unchanged("a | b [c:d:0.5]", 10);
        unchanged("[c:d:0.5] \\", 10);
        unchanged("[a (b:c:0.5]", 10);
        unchanged("[a:b:1.5.5]", 10);
        unchanged("[a:b:nan]", 10);
        unchanged("", 10);
    }

    void texts() {
        QFETCH(QByteArray, prompt);
        QFETCH(int, steps);
        QFETCH(Schedule, expected);
        const Schedule found = prompt_schedule(prompt.toStdString(), steps);
        std::string shown;
        for (const ScheduledText& text : found) shown += std::to_string(text.last_step) + " \"" + text.text + "\"; ";
        QVERIFY2(found == expected, shown.c_str());
    }

    /// A text holds for the step that its number names, too: eleven steps with a, two with cat.
    void stepsTakeTheFirstTextThatLasts() {
        const Schedule half = prompt_schedule("[a:b:10]", 20), turns = prompt_schedule("[cat|dog]", 4);
        for (int step = 0; step < 20; ++step) QCOMPARE(entry_at(half, step), size_t(step <= 10 ? 0 : 1));
        const std::vector<size_t> expected = {0, 0, 1, 2};
        for (int step = 0; step < 4; ++step) QCOMPARE(entry_at(turns, step), expected[size_t(step)]);
        QCOMPARE(entry_at(turns, 9), size_t(3));
    }

    void anyTextIsRead() {
        QElapsedTimer timer;
        timer.start();
        for (const std::string& piece : {"(", "[", "([", "[a:", "[a:b:0.5]", "((a)", "\\", "|", "[a|", "]", "\xff["}) {
            std::string prompt;
            while (prompt.size() < 170'000) prompt += piece;
            QVERIFY(!prompt_schedule(prompt, 20).empty());
        }
        QVERIFY(timer.elapsed() < 20'000);
    }
};

FANLIGHT_TEST(TestPromptSchedule)
#include "tst_prompt_schedule.moc"
