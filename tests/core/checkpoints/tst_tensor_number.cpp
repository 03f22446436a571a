#include "core/checkpoints/tensor_number.h"

#include <QTest>
#include <cmath>

#include "tests/support/test.h"

using namespace fanlight;

class TestTensorNumber : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyTypeIsRead_data() {
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<QByteArray>("bytes");  // hexadecimal, little endian
        QTest::addColumn<double>("number");
        const auto row = [](const char* dtype, const char* hex, double number) {
            QTest::addRow("%s %s", dtype, hex) << dtype << QByteArray::fromHex(hex) << number;
        };
        row("BOOL", "01", 1);
        row("BOOL", "00", 0);
        row("U8", "ff", 255);
        row("I8", "fe", -2);
        row("U16", "0080", 32768);
        row("I16", "0080", -32768);
        row("U32", "000000ff", 4278190080);
        row("I32", "feffffff", -2);
        row("U64", "0000000001000000", 4294967296);
        row("I64", "feffffffffffffff", -2);
        row("F64", "0000000000000440", 2.5);
        row("F32", "00002040", 2.5);
        row("F16", "0041", 2.5);
        row("F16", "0100", std::ldexp(1, -24));
        row("F16", "00c1", -2.5);
        row("BF16", "2040", 2.5);
        row("BF16", "20c0", -2.5);
        row("F8_E4M3", "42", 2.5);
        row("F8_E4M3", "7e", 448);
        row("F8_E4M3", "01", std::ldexp(1, -9));
        row("F8_E5M2", "41", 2.5);
        row("F8_E5M2", "7b", 57344);
        row("F8_E4M3FNUZ", "4a", 2.5);
        row("F8_E4M3FNUZ", "7f", 240);
        row("F8_E5M2FNUZ", "45", 2.5);
        row("F8_E5M2FNUZ", "c5", -2.5);
    }
    void everyTypeIsRead() {
        QFETCH(QString, dtype);
        QFETCH(QByteArray, bytes);
        const std::string data = bytes.toStdString();
        for (const std::vector<int64_t>& shape : {std::vector<int64_t>{}, {1}, {1, 1}}) {
            const auto number =
                number_of({.dtype = dtype_named(dtype.toStdString()).value(), .shape = shape, .bytes = data});
            QVERIFY(number.has_value());
            QTEST(*number, "number");
        }
    }

    void whatIsNoFiniteNumberIsNone_data() {
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* dtype, const char* hex) {
            QTest::addRow("%s %s", dtype, hex) << dtype << QByteArray::fromHex(hex);
        };
        row("F64", "000000000000f07f");
        row("F32", "0000c07f");
        row("F16", "007c");
        row("BF16", "80ff");
        row("F8_E5M2", "7c");
        row("F8_E4M3", "7f");
        row("F8_E4M3", "ff");
        row("F8_E4M3FNUZ", "80");
        row("F8_E5M2FNUZ", "80");
    }
    void whatIsNoFiniteNumberIsNone() {
        QFETCH(QString, dtype);
        QFETCH(QByteArray, bytes);
        const std::string data = bytes.toStdString();
        const auto number = number_of({.dtype = dtype_named(dtype.toStdString()).value(), .shape = {}, .bytes = data});
        QVERIFY(number.has_value() && !std::isfinite(*number));
    }

    void otherTensorsHaveNone() {
        const std::string data(16, '\0');
        const std::string_view bytes = data;
        QVERIFY(!number_of({.dtype = Dtype::F32, .shape = {2}, .bytes = bytes.substr(0, 8)}));
        QVERIFY(!number_of({.dtype = Dtype::F32, .shape = {0}, .bytes = ""}));
        QVERIFY(!number_of({.dtype = Dtype::F32, .shape = {}, .bytes = bytes.substr(0, 2)}));
        QVERIFY(!number_of({.dtype = Dtype::C64, .shape = {}, .bytes = bytes.substr(0, 8)}));
        QVERIFY(!number_of({.dtype = Dtype::F8_E8M0, .shape = {}, .bytes = bytes.substr(0, 1)}));
        QVERIFY(!number_of({.dtype = Dtype::F4, .shape = {1}, .bytes = bytes.substr(0, 1)}));
    }
};

FANLIGHT_TEST(TestTensorNumber)
#include "tst_tensor_number.moc"
