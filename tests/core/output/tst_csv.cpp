#include <QTest>

#include "core/base/file.h"
#include "core/output/csv.h"
#include "tests/support/places.h"
#include "tests/support/private_home.h"
#include "tests/support/programs.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestCsv : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cellsAreQuotedIfTheyMustBe_data() {
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("cell");
        const auto row = [](const char* name, const char* value, const char* cell) {
            QTest::newRow(name) << value << cell;
        };
        row("text", "\"a cat\"", "a cat");
        row("comma", "\"a, b\"", "\"a, b\"");
        row("quotes", "\"say \\\"b\\\"\"", "\"say \"\"b\"\"\"");
        row("lines", "\"a\\nb\"", "\"a\nb\"");
        row("blanks at the ends", "\" a\"", "\" a\"");
        row("number", "12", "12");
        row("fraction", "0.5", "0.5");
        row("truth", "true", "true");
        row("nothing", "null", "");
        row("list", "[1,2]", "\"[1,2]\"");
        row("empty list", "[]", "");
    }
    void cellsAreQuotedIfTheyMustBe() {
        QFETCH(QString, value);
        QFETCH(QString, cell);
        QCOMPARE(QString::fromStdString(csv_cell(Json::parse(value.toStdString()))), cell);
    }

    void everyKeyOfAnyRowIsAColumn() {
        const PrivateHome home;
        const auto lines = home.path("rows.jsonl").toStdString(), csv = home.path("rows.csv").toStdString();
        write_bytes(lines, "{\"z\":1,\"b\":\"قطة\"}\n{\"b\":\"x\",\"error\":{\"kind\":\"nan\"}}\n");
        write_csv(lines_of(lines), csv);
        QCOMPARE(content_of(QString::fromStdString(csv)),
                 QByteArray("z,b,error\n1,قطة,\n,x,\"{\"\"kind\"\":\"\"nan\"\"}\"\n"));
    }

    void whatCannotBeReadIsSaid() {
        const PrivateHome home;
        QVERIFY_THROWS_EXCEPTION(
            Error, write_csv(lines_of(home.path("none.jsonl").toStdString()), home.path("x.csv").toStdString()));
        QVERIFY(!QFile::exists(home.path("x.csv")));
    }
};

FANLIGHT_TEST(TestCsv)
#include "tst_csv.moc"
