#include "core/base/json.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "tests/support/test.h"

using namespace fanlight;

namespace {

template <typename Action>
QString message_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return QString::fromUtf8(error.what());
    }
    return "no error";
}

}  // namespace

class TestJson : public QObject {
    Q_OBJECT

    QTemporaryDir dir_;
    std::string file_ = dir_.filePath("file.json").toStdString();

    void write(const std::string& text) const { std::ofstream(file_, std::ios::binary) << text; }

private Q_SLOTS:
    /// In a time that grows with the list, not with its square.
    void listsMayHoldAMillionObjects() {
        std::string list = "[{}";
        for (int i = 1; i < 1'000'000; ++i) list += ",{}";
        QCOMPARE(parse_json(list + ']', "W").size(), size_t{1'000'000});
    }

    void badTextIsRefusedWithItsPlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QByteArray& text, const char* message) {
            QTest::newRow(name) << text << QString(message);
        };
        row("empty", "", "F, line 1, column 1: is not valid JSON: ");
        row("cut off", "{\n  \"a\": ", "F, line 2, column 8: is not valid JSON: ");
        row("more behind it", "{} {}", "F, line 1, column 4: is not valid JSON: ");
        row("infinity", "[-Infinity]", "F, line 1, column 3: is not valid JSON: ");
        row("too deep", QByteArray(65, '['), "F: is nested more than 64 levels deep");
        row("key given twice", "{\"a\": 1, \"b\": {\"a\": 2}, \"a\": 1}", "F: the key \"a\" is given twice");
        row("key given twice in a list", "[{\"a\": 1}, {\"b\": 1, \"b\": 1}]", "F: the key \"b\" is given twice");
        row("NUL behind it", QByteArray("{}\n\0 {", 6), "F, line 2, column 1: holds a NUL byte");
        row("NUL at the end", QByteArray("{}\0", 3), "F, line 1, column 3: holds a NUL byte");
        row("a number without end", "[1e999]", "F: holds a number that is too large");
        row("no UTF-8", "{\"a\": \"\xff\"}", "F, line 1, column 8: is not valid JSON: ");
        row("key spelt in two ways", "{\"a\": 1, \"\\u0061\": 2}", "F: the key \"a\" is given twice");
    }
    void badTextIsRefusedWithItsPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const QString error = message_of([&] { parse_json(text.toStdString(), "F"); });
        QVERIFY2(error.startsWith(message), qPrintable(error));
    }

    void numbersMustFitTheirType_data() {
        QTest::addColumn<QByteArray>("value");
        QTest::addColumn<QString>("as_int");
        QTest::addColumn<QString>("as_uint64");
        QTest::addColumn<QString>("as_double");
        const QString whole = " must be a whole number from -2147483648 to 2147483647, not ",
                      unsigned_whole = " must be a whole number from 0 to 18446744073709551615, not ";
        const auto row = [&](const char* value, const QString& i, const QString& u, const QString& d) {
            QTest::newRow(value) << QByteArray(value) << i << u << d;
        };
        row("17", "", "", "");
        row("-1", "", unsigned_whole, "");
        row("17.9", whole, unsigned_whole, "");
        row("1e308", whole, unsigned_whole, "");
        row("4294967297", whole, "", "");
        row("18446744073709551615", whole, "", "");
        row("true", "has the wrong type (boolean)", "has the wrong type (boolean)", "has the wrong type (boolean)");
        row("\"7\"", "has the wrong type (string)", "has the wrong type (string)", "has the wrong type (string)");
    }
    void numbersMustFitTheirType() {
        QFETCH(QByteArray, value);
        QFETCH(QString, as_int);
        QFETCH(QString, as_uint64);
        QFETCH(QString, as_double);
        const Json json = parse_json("{\"n\": " + value.toStdString() + "}", "F");
        const auto check = [&](const QString& expected, const QString& said) {
            QVERIFY2(expected.isEmpty() ? said == "no error" : said.startsWith("F: \"n\"") && said.contains(expected),
                     qPrintable(said));
        };
        check(as_int, message_of([&] { required<int>(json, "n", "F"); }));
        check(as_uint64, message_of([&] { required<uint64_t>(json, "n", "F"); }));
        check(as_double, message_of([&] { required<double>(json, "n", "F"); }));
        if (as_int.isEmpty()) return;
        QVERIFY_THROWS_EXCEPTION(Json::exception, json.at("n").get<int>());
        QVERIFY_THROWS_EXCEPTION(Json::exception, json.value("n", 1));
        QVERIFY_THROWS_EXCEPTION(Json::exception, Json::array({json.at("n")}).get<std::vector<int>>());
    }

    void longValuesAreCutInMessages() {
        const Json json = {{"n", Json::array({1.5})}, {"long", std::vector<double>(10'000, 0.5)}};
        QCOMPARE(message_of([&] { required<std::vector<int64_t>>(json, "n", "F"); }),
                 QString("F: \"n\" must be a list, each a whole number of at most 64 bits, not [1.5]"));
        QVERIFY(message_of([&] { required<std::vector<int64_t>>(json, "long", "F"); }).size() < 200);
        const QString bad = message_of([&] { parse_json("{\"" + std::string(100'000, 'x') + "\": ]", "F"); });
        QVERIFY2(bad.size() < 400, qPrintable(bad));
    }

    void theSameKeyMayStandInDifferentObjects() {
        const Json json = parse_json("[{\"a\": {\"a\": 1}}, {\"a\": [{\"a\": 2}, {\"a\": 3}]}]", "F");
        QCOMPARE(json[1]["a"][1]["a"].get<int>(), 3);
    }

    void pythonsInfinityReadsAsNull() {
        write("{\"low\": -Infinity, \"high\": [Infinity], \"text\": \"\\\"-Infinity\\\\\", \"next\": Infinity}");
        const Json json = read_python_json_file(file_);
        QVERIFY(json["low"].is_null() && json["high"][0].is_null() && json["next"].is_null());
        QCOMPARE(json["text"].get<std::string>(), std::string("\"-Infinity\\"));
    }

    void placesBehindAnInfinityStayTrue() {
        write("{\"low\": -Infinity, oops}");
        const QString error = message_of([&] { read_python_json_file(file_); });
        QVERIFY2(error.contains("line 1, column 20"), qPrintable(error));
    }

    void aListIsHandedOverPieceByPiece() {
        write("{\"other\": [1, [2]], \"list\": [{\"a\": [1]}, 7, [8], {\"list\": [9]}], \"last\": {\"list\": [3]}}");
        std::vector<std::string> taken;
        const Json rest = stream_json_file(file_, 1000, "list", [&](const Json& e) { taken.push_back(to_line(e)); });
        QCOMPARE(taken, (std::vector<std::string>{"{\"a\":[1]}", "7", "[8]", "{\"list\":[9]}"}));
        QCOMPARE(to_line(rest), std::string("{\"last\":{\"list\":[3]},\"list\":[],\"other\":[1,[2]]}"));
    }

    void aBadStreamIsRefusedWithItsPlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        QTest::newRow("cut off") << QByteArray("{\"list\": [\n1,\n2") << ", line 3, column 2: is not valid JSON";
        QTest::newRow("key twice") << QByteArray("{\"list\": [{\"a\": 1, \"a\": 2}]}")
                                   << "the key \"a\" is given twice";
        QTest::newRow("list twice") << QByteArray("{\"list\": [], \"list\": []}") << "the key \"list\" is given twice";
        QTest::newRow("NUL behind it") << QByteArray("{\"list\": [1]}\0{}", 16) << "holds a NUL byte";
        QTest::newRow("large") << QByteArray(1001, ' ') << "it is larger than 1000 bytes";
    }
    void aBadStreamIsRefusedWithItsPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        write(text.toStdString());
        const QString error = message_of([&] { stream_json_file(file_, 1000, "list", [](const Json&) {}); });
        QVERIFY2(error.contains(message), qPrintable(error));
    }

    void whatIsNoFileIsNamed() {
        const std::string folder = dir_.path().toStdString();
        const QString error = message_of([&] { stream_json_file(folder, 1000, "list", [](const Json&) {}); });
        QVERIFY2(error.startsWith("Cannot read " + dir_.path()), qPrintable(error));
    }
};

FANLIGHT_TEST(TestJson)
#include "tst_json.moc"
