#include <QtTest>
#include <set>

#include "core/base/error.h"
#include "core/base/stopwatch.h"
#include "core/base/text.h"
#include "core/output/file_names.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

Item dog(int64_t index, const std::string& prompt = "a dog") {
    return {.index = index,
            .row = 7,
            .task = ImageTask{.prompt = prompt,
                              .seed = 42,
                              .steps = 20,
                              .cfg_scale = 7.5,
                              .width = 512,
                              .height = 768,
                              .sampler = "dpmpp_2m",
                              .schedule = "karras"}};
}

std::string name(const std::string& pattern, const Item& item = dog(0)) {
    std::vector<Item> items = {item};
    set_recipe(items.front(), {.model = "org/My model v1.5"});
    name_items(items, pattern);
    return items.front().place;
}

}  // namespace

class FileNamesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void slugsAreSafe_data() {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("expected");
        const auto row = [](const char* name, const std::string& text, const std::string& expected) {
            QTest::newRow(name) << text << expected;
        };
        row("plain", "a dog", "a-dog");
        row("lower case", "A Red DOG, Éclair", "a-red-dog-éclair");
        row("runs become one dash", "a,  b -- c", "a-b-c");
        row("no dash at the ends", "  (a)  ", "a");
        row("paths", "../../etc/passwd", "etc-passwd");
        row("hidden file", ".bashrc", "bashrc");
        row("option", "-rf", "rf");
        row("underscore stays", "a_b", "a_b");
        row("Arabic with marks", "قِطَّة سوداء", "قِطَّة-سوداء");
        row("Arabic digits", "١٢٣", "١٢٣");
        row("Japanese", "黒い猫", "黒い猫");
        row("emoji goes", "cat 🐈‍⬛ and ❤️", "cat-and");
        row("only emoji", "🐈👩‍🚀", "");
        row("bidi controls go", "a\u202Eb\u200Fc\u2066d", "abcd");
        row("zero-width non-joiner goes", "می\u200Cخواهم", "میخواهم");
        row("invisible letters go", "a\u3164b", "ab");
        row("control characters",
            "a\tb\nc\x7F"
            "d\x01",
            "a-b-c-d");
        row("NUL", std::string("a\0b", 3), "a-b");
        row("no UTF-8", "a\xFF\xC3(b", "a-b");
        row("lonely mark", "\u0301a", "a");
        row("weights", "(cat:1.2), [dog]", "cat-1-2-dog");
        row("empty", "", "");
    }

    void slugsAreSafe() {
        QFETCH(std::string, text);
        QFETCH(std::string, expected);
        QCOMPARE(slug(text), expected);
    }

    void slugsAreCutBetweenCharacters() {
        for (const std::string& letter : {std::string("a"), std::string("é"), std::string("猫"), std::string("𐐨")}) {
            std::string text = "x";
            for (int i = 0; i < 200; ++i) text += letter;
            const std::string cut = slug(text);
            QVERIFY(cut.size() <= 60 && cut.size() > 60 - letter.size());
            QCOMPARE(first_invalid_utf8(cut), std::string::npos);
        }
        QCOMPARE(slug(std::string(59, 'a') + " b"), std::string(59, 'a'));
    }

    void patternsAreFilledIn_data() {
        QTest::addColumn<std::string>("pattern");
        QTest::addColumn<std::string>("expected");
        const auto row = [](const char* pattern, const char* expected) {
            QTest::newRow(pattern) << std::string(pattern) << std::string(expected);
        };
        row(default_name_pattern, "00000-42-a-dog.png");
        row("[index]", "00000.png");
        row("[row]_[index].png", "00007_00000.png");
        row("[steps] [cfg] [width]x[height]", "20 7.5 512x768.png");
        row("[sampler]+[schedule]", "dpmpp_2m+karras.png");
        row("[model]", "org-my-model-v1-5.png");
        row("صورة [seed]", "صورة 42.png");
        row(".-[seed]-.", "42.png");
        row("plain", "plain.png");
    }

    void patternsAreFilledIn() {
        QFETCH(std::string, pattern);
        QFETCH(std::string, expected);
        QCOMPARE(name(pattern), expected);
    }

    void emptyTokensLeaveNoDash() {
        QCOMPARE(name(default_name_pattern, dog(0, "🐈")), std::string("00000-42.png"));
        QCOMPARE(name("[index]-[prompt]-[seed]", dog(0, "🐈")), std::string("00000-42.png"));
        QCOMPARE(name("[prompt]", dog(0, "🐈")), std::string("00000.png"));
        QCOMPARE(name(".[prompt]", dog(0, "")), std::string("00000.png"));
    }

    void namesThatWindowsKeepsForDevicesAreChanged_data() {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* prompt, const char* pattern, const char* expected) {
            QTest::addRow("%s %s", prompt, pattern) << prompt << pattern << expected;
        };
        for (const char* device : {"con", "prn", "aux", "nul", "com1", "com9", "lpt1", "com0"})
            row(device, "[prompt]", (std::string("_") + device + ".png").c_str());
        row("a", "CON", "_CON.png");
        row("a", "Aux.png", "_Aux.png");
        row("a", "nul.[prompt]", "_nul.a.png");
        row("a", "con .x", "_con .x.png");
        row("a", "LPT¹", "_LPT¹.png");
        row("a", "CONIN$", "_CONIN$.png");
        row("con", "-[prompt]-", "_con.png");
        row("con", "[prompt]-1", "con-1.png");
        row("console", "[prompt]", "console.png");
        row("com", "[prompt]", "com.png");
        row("com10", "[prompt]", "com10.png");
        row("comx", "[prompt]", "comx.png");
        row("a", "x.con", "x.con.png");
    }
    void namesThatWindowsKeepsForDevicesAreChanged() {
        QFETCH(QString, prompt);
        QFETCH(QString, pattern);
        QFETCH(QString, expected);
        QCOMPARE(name(pattern.toStdString(), dog(0, prompt.toStdString())), expected.toStdString());
    }

    void changedNamesStayUnique() {
        std::vector<Item> items = {dog(0, "con"), dog(1, "_con")};
        name_items(items, "[prompt]");
        QVERIFY(items[0].place != items[1].place);
    }

    void largeIndicesGrow() { QCOMPARE(name("[index]", dog(1234567)), std::string("1234567.png")); }

    void badPatternsAreRefused_data() {
        QTest::addColumn<std::string>("pattern");
        QTest::addColumn<std::string>("mentions");
        const auto row = [](const char* name, const std::string& pattern, const char* mentions) {
            QTest::newRow(name) << pattern << std::string(mentions);
        };
        row("unknown token", "[index]-[date]", "there is no token [date]; use [index], [row], [seed], ");
        row("upper-case token", "[Seed]", "there is no token [Seed]");
        row("empty token", "[]", "there is no token []");
        row("open token", "a[seed", "\"[\" is not closed");
        row("folder", "a/[seed]", "\"/\" cannot be part");
        row("backslash", "a\\[seed]", "\"\\\" cannot be part");
        row("parent", "..[seed]", "\"..\" cannot be part");
        row("colon", "a:[seed]", "\":\" cannot be part");
        row("NUL", std::string("a\0b", 3), "control or invisible");
        row("newline", "a\nb", "control or invisible");
        row("bidi control", "a\u202Eb", "control or invisible");
        row("no UTF-8", "a\xFF", "control or invisible");
        row("empty", "", "is empty");
        row("only the extension", ".png", "is empty");
    }

    void badPatternsAreRefused() {
        QFETCH(std::string, pattern);
        QFETCH(std::string, mentions);
        try {
            name(pattern);
            QFAIL("accepted");
        } catch (const UsageError& error) {
            QVERIFY2(std::string(error.what()).find(mentions) != std::string::npos, error.what());
        }
    }

    void dotsOfNeighbouringPartsCannotMakeAParent() {
        QCOMPARE(name("a.[prompt].b", dog(0, "")), std::string("a.b.png"));
    }

    void namesAreMadeUnique() {
        std::vector<Item> items = {dog(0), dog(1), dog(2, "a cat")};
        name_items(items, "[prompt]");
        QCOMPARE(items[0].place, std::string("00000-a-dog.png"));
        QCOMPARE(items[1].place, std::string("00001-a-dog.png"));
        QCOMPARE(items[2].place, std::string("00002-a-cat.png"));
        items.erase(items.begin());
        name_items(items, "[prompt]");
        QCOMPARE(items[0].place, std::string("a-dog.png"));
    }

    void longNamesAreCutAndStayUnique() {
        std::vector<Item> items = {dog(0), dog(1)};
        name_items(items, std::string(300, 'a') + "[index]");
        QCOMPARE(items[0].place.size(), size_t{200});
        QVERIFY(items[0].place.starts_with("00000-aaa") && items[0].place.ends_with("a.png"));
        QVERIFY(items[1].place.starts_with("00001-aaa"));
    }

    void aHundredThousandItemsAreQuick() {
        std::vector<Item> items;
        for (int64_t i = 0; i < 100000; ++i)
            items.push_back(dog(i, "a black cat on a red roof, at night, " + std::to_string(i % 7)));
        const Stopwatch stopwatch;
        name_items(items, "[prompt]");
        qInfo("100,000 names: %.3f s", stopwatch.seconds());
        std::set<std::string> names;
        for (const Item& item : items) names.insert(item.place);
        QCOMPARE(names.size(), items.size());
    }
};

FANLIGHT_TEST(FileNamesTest)
#include "tst_file_names.moc"
