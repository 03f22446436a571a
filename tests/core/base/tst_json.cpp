#include "core/base/json.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

#include "tests/support/test.h"

using namespace fanlight;

namespace {

template <typename Action>
QString error_of(Action action) {
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
        row("a number beyond all range", "[1e999]", "F: a number in it is too large");
        row("too deep", QByteArray(65, '['), "F: is nested more than 64 levels deep");
        row("key given twice", "{\"a\": 1, \"b\": {\"a\": 2}, \"a\": 1}", "F: the key \"a\" is given twice");
        row("key given twice in a list", "[{\"a\": 1}, {\"b\": 1, \"b\": 1}]", "F: the key \"b\" is given twice");
        row("key spelt in two ways", "{\"a\": 1, \"\\u0061\": 2}", "F: the key \"a\" is given twice");
    }
    void badTextIsRefusedWithItsPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        const QString error = error_of([&] { parse_json(text.toStdString(), "F"); });
        QVERIFY2(error.startsWith(message), qPrintable(error));
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
        const QString error = error_of([&] { read_python_json_file(file_); });
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
        QTest::newRow("large") << QByteArray(1001, ' ') << "it is larger than 1000 bytes";
    }
    void aBadStreamIsRefusedWithItsPlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        write(text.toStdString());
        const QString error = error_of([&] { stream_json_file(file_, 1000, "list", [](const Json&) {}); });
        QVERIFY2(error.contains(message), qPrintable(error));
    }

    void whatIsNoFileIsNamed() {
        const std::string folder = dir_.path().toStdString();
        const QString error = error_of([&] { stream_json_file(folder, 1000, "list", [](const Json&) {}); });
        QVERIFY2(error.startsWith("Cannot read " + dir_.path()), qPrintable(error));
    }
};

FANLIGHT_TEST(TestJson)
#include "tst_json.moc"
