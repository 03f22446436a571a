#include "core/checkpoints/tensor_source.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestTensorSource : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSafetensorsFileIsASource() {
        const TensorSource source(written(safetensors_bytes(
            R"({"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}})", "abcdefgh")));
        QCOMPARE(source.format(), std::string_view("safetensors"));
        QCOMPARE(source.tensors().size(), size_t{1});
        const TensorEntry& tensor = source.tensors().at("w");
        QCOMPARE(tensor.shape, (std::vector<int64_t>{1, 2}));
        QVERIFY(tensor.dtype == Dtype::F32);
        QCOMPARE(tensor.bytes, std::string_view("abcdefgh"));
        QVERIFY(tensor.bytes.data() >= source.file()->bytes().data());
        QCOMPARE(source.metadata("format"), std::string("pt"));
        QCOMPARE(source.metadata("author"), std::string());
    }

    void aGgufFileIsASource() {
        const TensorSource source(written(GgufBytes()
                                              .value("general.architecture", 8, GgufBytes::text("flux"))
                                              .tensor("w", {2, 1}, 0, 0)
                                              .file("abcdefgh")));
        QCOMPARE(source.format(), std::string_view("gguf"));
        const TensorEntry& tensor = source.tensors().at("w");
        QCOMPARE(tensor.shape, (std::vector<int64_t>{1, 2}));
        QVERIFY(tensor.dtype == Dtype::F32);
        QCOMPARE(tensor.bytes, std::string_view("abcdefgh"));
        QCOMPARE(source.metadata("general.architecture"), std::string("flux"));
        QCOMPARE(source.metadata("author"), std::string());
    }

    void theFirstBytesOfOtherFormatsAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("fault");
        QTest::newRow("future gguf") << QByteArray("GGUF\4\0\0\0", 8) + QByteArray(40, 0)
                                     << " is a GGUF file of version 4, and only 2 and 3 can be read; choose another "
                                        "version of it.";
        QTest::newRow("zip") << QByteArray("PK\3\4\x14\0\0\0", 8) + QByteArray(40, 0)
                             << " is an archive in which PyTorch saves pickles and TorchScript, and loading these runs "
                                "the code that is in them; convert it to .safetensors first.";
        QTest::newRow("pickle") << QByteArray("\x80\2}q\0X\2\0\0", 9) + QByteArray(40, 0)
                                << " is a pickle, and loading one runs the code that is in it; convert it to "
                                   ".safetensors first.";
        QTest::newRow("web page") << QByteArray("<!DOCTYPE html><html>")
                                  << " is a web page in place of a file; download it again.";
        QTest::newRow("Git LFS") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:00\n")
                                 << " only says which file Git LFS would put in its place; download it again.";
        QTest::newRow("a length like a pickle's beginning")  // 640 bytes
            << QByteArray("\x80\2\0\0\0\0\0\0{}", 10)
            << " is truncated: its header has 640 bytes and the file has 10; download it again.";
        QTest::newRow("nothing") << QByteArray() << " is truncated: it has only 0 bytes; download it again.";
    }

    void theFirstBytesOfOtherFormatsAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, fault);
        const std::string file = written(bytes.toStdString());
        QCOMPARE(error_of([&] { TensorSource source(file); }), file + fault.toStdString());
    }

    void aTypeHasItsNameAndItsBlocks() {
        for (int i = 0; i <= static_cast<int>(Dtype::IQ4_XS); ++i) {
            const auto dtype = static_cast<Dtype>(i);
            QVERIFY(dtype_named(name_of(dtype)) == dtype);
        }
        QVERIFY(!dtype_named("F128"));
        QCOMPARE(block_of(Dtype::BF16).bytes, uint64_t{2});
        QVERIFY(block_of(Dtype::F4).elements == 2 && block_of(Dtype::F4).bytes == 1);
        QVERIFY(block_of(Dtype::F6_E2M3).elements == 4 && block_of(Dtype::F6_E2M3).bytes == 3);
        QVERIFY(block_of(Dtype::Q4_K).elements == 256 && block_of(Dtype::Q4_K).bytes == 144);
        QVERIFY(is_quantised(Dtype::Q4_0) && is_quantised(Dtype::IQ4_XS) && !is_quantised(Dtype::F8_E4M3));
        QVERIFY(is_floating(Dtype::Q4_0) && is_floating(Dtype::BF16) && !is_floating(Dtype::I8));
    }

private:
    std::string written(const std::string& bytes) const {
        const std::string file = folder_.filePath("model.safetensors").toStdString();
        write_bytes(file, bytes);
        return file;
    }

    QTemporaryDir folder_;
};

FANLIGHT_TEST(TestTensorSource)
#include "tst_tensor_source.moc"
