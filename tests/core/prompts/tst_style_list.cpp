#include "core/prompts/style_list.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/error.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

std::vector<Style> read(const std::string& text) {
    Styles styles;
    read_styles(text, "styles", styles);
    return styles.all();
}

}  // namespace

class TestStyleList : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aTableOfAutomatic1111() {
        const auto styles = read(
            "\xEF\xBB\xBFname,prompt,negative_prompt\n"
            "None,,\n"
            "film,\"film still of {prompt},\ngrain\",cartoon\n"
            "short,only a prompt\n");
        QCOMPARE(styles.size(), size_t{2});
        QCOMPARE(styles[0].name, std::string("film"));
        QCOMPARE(styles[0].prompt, std::string("film still of {prompt},\ngrain"));
        QCOMPARE(styles[0].negative_prompt, std::string("cartoon"));
        QCOMPARE(styles[1].prompt, std::string("only a prompt"));
    }

    void anOldTable() { QCOMPARE(read("name,text\nx,y\n")[0].prompt, std::string("y")); }

    void aListOfFooocus() {
        const auto styles = read(R"([{"name": "sai-anime", "prompt": "anime {prompt}", "negative_prompt": "photo"},
                                     {"name": "dark", "negative_prompt": "light"}])");
        QCOMPARE(styles.size(), size_t{2});
        QCOMPARE(styles[0].prompt, std::string("anime {prompt}"));
        QCOMPARE(styles[1].negative_prompt, std::string("light"));
    }

    void whatIsWrongIsToldInOneSentence_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("other columns") << "a,b\n1,2\n"
                                       << "line 1, column 1: a list of styles has the columns name";
        QTest::newRow("open quote") << "name,prompt\nx,\"y\n"
                                    << "styles, line 2, column 3";
        QTest::newRow("an object") << "{}"
                                   << "must hold a list of styles";
        QTest::newRow("a word") << "[1]"
                                << "style 1: must be an object";
        QTest::newRow("no name") << "[{}]"
                                 << "\"name\" is missing";
    }
    void whatIsWrongIsToldInOneSentence() {
        QFETCH(const QString, text);
        QFETCH(const QString, message);
        const QString said = QString::fromStdString(error_of([&] { read(text.toStdString()); }));
        QVERIFY2(said.contains(message), qPrintable(said));
    }

    void bytesThatAreNoTextAreRefused() {
        QVERIFY(error_of([] { read("name,prompt\nx,\xFF\n"); }).find("is not UTF-8") != std::string::npos);
    }

    void aFileThatCannotBeReadIsAProblemAndTheOthersAreRead() {
        const QTemporaryDir folder;
        const std::filesystem::path good = folder.filePath("good.csv").toStdString(),
                                    bad = folder.filePath("bad.csv").toStdString();
        write_bytes(good, "name,prompt\nx,y\n");
        write_bytes(bad, "oh");
        std::vector<Sentence> problems;
        const Styles styles = load_styles({bad, good, "/no/such.csv"}, problems);
        QCOMPARE(styles.all().size(), size_t{1});
        QCOMPARE(problems.size(), size_t{2});
    }
};

FANLIGHT_TEST(TestStyleList)
#include "tst_style_list.moc"
