#include "core/base/sentence.h"

#include <QTest>

#include "core/base/error.h"
#include "core/base/sentence_json.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestSentence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void placesAreFilledOnceAndInAnyOrder() {
        const Sentence sentence("%2 lies in %1, 100 % of it: %3", std::filesystem::path("/a%2"), "b%1", 7);
        QCOMPARE(sentence.text(), std::string("b%1 lies in /a%2, 100 % of it: 7"));
        QCOMPARE(sentence.pattern(), std::string("%2 lies in %1, 100 % of it: %3"));
    }

    void countsHaveASingular() {
        QCOMPARE(counted(1, "%n image", "%n images").text(), std::string("1 image"));
        QCOMPARE(counted(0, "%n image", "%n images").text(), std::string("0 images"));
        QCOMPARE(counted(1, "%n image", "%n images").pattern(), std::string("%n images"));
    }

    void listsAreJoined() {
        QCOMPARE(listed({}).text(), std::string());
        QCOMPARE(listed({"a"}).text(), std::string("a"));
        QCOMPARE(listed({"a", "b", "c"}).text(), std::string("a, b and c"));
        QCOMPARE(listed({"a", "b", "c", "d"}, 2).text(), std::string("a, b and 2 more"));
    }

    void anErrorKeepsItsSentence() {
        const UsageError error("%1: %2", "list.csv", Error("holds %1", counted(2, "%n row", "%n rows")).sentence());
        QCOMPARE(std::string(error.what()), std::string("list.csv: holds 2 rows"));
        QCOMPARE(sentence_of(error), error.sentence());
        QCOMPARE(sentence_of(std::runtime_error("as they say")).pattern(), std::string());
    }

    void whatIsContinuedLosesItsFullStop() {
        QCOMPARE(Sentence("It has ended.").open().text(), std::string("It has ended"));
        QCOMPARE(Sentence(std::string("a.")).open().text(), std::string("a"));
        QCOMPARE(Sentence(std::string("abc")).shortened(2).text(), std::string("ab"));
    }

    void itIsReadAsItWasWritten_data() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"value", "plain", "nested", "counted"}) QTest::newRow(kind) << QString(kind);
    }
    void itIsReadAsItWasWritten() {
        QFETCH(const QString, kind);
        const Sentence sentence = kind == "value"   ? Sentence(std::string("out of memory"))
                                  : kind == "plain" ? Sentence("There is no prompt.")
                                  : kind == "nested"
                                      ? Sentence("%1: %2", "a.csv", Sentence("%1 is missing", listed({"x", "y"})))
                                      : Sentence("no room for %1", counted(1, "%n image", "%n images"));
        Json json = Json::object();
        put_sentence(json, "message", sentence);
        QCOMPARE(json["message"].get<std::string>(), sentence.text());
        QCOMPARE(get_sentence(Json::parse(json.dump()), "message"), sentence);
    }

    /// Lines come from other processes: whatever stands beside the text, the text itself is kept.
    void aDamagedShapeIsLeftOut_data() {
        QTest::addColumn<QByteArray>("shape");
        QTest::newRow("no object") << QByteArray("7");
        QTest::newRow("no pattern") << QByteArray(R"({"parts":[]})");
        QTest::newRow("a number for a part") << QByteArray(R"({"pattern":"%1","parts":[1]})");
        QTest::newRow("a part without a text") << QByteArray(R"({"pattern":"%1","parts":[{"pattern":"x"}]})");
        QTest::newRow("too many parts") << QByteArray(R"({"pattern":"","parts":["","","","","","","","","",""]})");
        QByteArray deep = R"({"pattern":"x"})";
        for (int i = 0; i < 8; ++i) deep = R"({"text":"","pattern":"%1","parts":[)" + deep + "]}";
        QTest::newRow("too deep") << deep;
    }
    void aDamagedShapeIsLeftOut() {
        QFETCH(const QByteArray, shape);
        Json json = {{"message", "as it was said"}};
        json["sentence"] = Json::parse(shape.toStdString());
        QCOMPARE(get_sentence(json, "message"), Sentence(std::string("as it was said")));
    }
};

FANLIGHT_TEST(TestSentence)
#include "tst_sentence.moc"
