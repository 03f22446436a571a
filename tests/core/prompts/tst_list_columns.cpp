#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/prompts/list_columns.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestListColumns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aTablesColumnsHaveTheirMeanings() {
        const auto columns =
            list_columns("Prompt;CFG scale;caption;model\n a cat;7,5;\"a; b\";sd15\n", ListFormat::Csv);
        QCOMPARE(columns, (std::vector<ListColumn>{{"Prompt", " a cat", "prompt", false},
                                                   {"CFG scale", "7,5", "cfg_scale", false},
                                                   {"caption", "a; b", "", true},
                                                   {"model", "sd15", "model", false}}));
        QVERIFY(need_meaning(columns));
        QCOMPARE(list_columns(",prompt\n0,a\n", ListFormat::Csv).size(), size_t{1});  // an index has no title
        QVERIFY(!need_meaning(list_columns("Unnamed: 0,prompt\n0,a\n", ListFormat::Csv)));
    }

    void keysOfObjectsComeInTheOrderOfTheLines() {
        const std::string lines =
            "{\"number\": 3, \"caption\": \"a cat\", \"more\": [[1]]}\nno object\n{\"tag\": null}\n";
        QCOMPARE(list_columns(lines, ListFormat::JsonLines), (std::vector<ListColumn>{{"number", "3", "", true},
                                                                                      {"caption", "a cat", "", true},
                                                                                      {"more", "", "", true},
                                                                                      {"tag", "null", "", true}}));
    }

    void aChoiceGivesForeignColumnsAMeaning() {
        ListReading reading;
        reading.columns.take_as("a caption, long", "prompt");
        reading.columns.leave_out("x=y");
        const std::string table = "\"a caption, long\",x=y,seed\na cat,1,7\n";
        const auto columns = list_columns(table, ListFormat::Csv, reading);
        QVERIFY(!need_meaning(columns));
        QCOMPARE(columns.front().parameter, std::string("prompt"));
        std::vector<PromptRow> rows;
        read_prompts(
            table, ListFormat::Csv, "t", [&](PromptRow row) { rows.push_back(std::move(row)); }, reading);
        QCOMPARE(rows.size(), size_t{1});
        QCOMPARE(rows[0].prompt, std::string("a cat"));
        QCOMPARE(rows[0].overrides.seed, std::optional<uint64_t>(7));
    }

    void whatIsNoTableHasNone() {
        QVERIFY(list_columns("a cat\n", ListFormat::Text).empty());
        QVERIFY(list_columns("\"a", ListFormat::Csv).empty());
        QVERIFY(list_columns(std::string("a\0b", 3), ListFormat::Csv).empty());
        QVERIFY(list_columns("", ListFormat::Csv).empty());
        QVERIFY(list_columns(std::filesystem::path("/there/is/none.csv")).empty());
        QVERIFY(list_columns(std::filesystem::path("/dev/zero")).empty());
        QVERIFY(!need_meaning({}));
        QVERIFY(need_meaning({{"seed", "7", "seed", false}}));  // and where is the prompt?
    }
};

FANLIGHT_TEST(TestListColumns)
#include "tst_list_columns.moc"
