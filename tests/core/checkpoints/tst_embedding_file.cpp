#include "core/checkpoints/embedding_file.h"

#include <QTemporaryDir>
#include <QTest>
#include <limits>

#include "core/base/json.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

/// Tensors of a type: [["clip_l", [2, 3]], …].
std::string file_of(const Json& tensors, const std::string& data, const char* dtype = "F32", size_t size = 4) {
    Json header = Json::object();
    size_t end = 0;
    for (const Json& tensor : tensors) {
        size_t bytes = size;
        for (const Json& length : tensor[1]) bytes *= length.get<size_t>();
        header[tensor[0].get<std::string>()] = {
            {"dtype", dtype}, {"shape", tensor[1]}, {"data_offsets", {end, end + bytes}}};
        end += bytes;
    }
    return safetensors_bytes(header.dump(), data.empty() ? std::string(end, '\0') : data);
}

}  // namespace

class TestEmbeddingFile : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;
    const fs::path path_ = folder_.filePath("moss.safetensors").toStdString();

    EmbeddingFile opened(const std::string& bytes) const {
        write_bytes(path_, bytes);
        return EmbeddingFile(path_);
    }

private Q_SLOTS:
    void everyFormIsRead_data() {
        QTest::addColumn<QString>("tensors");
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("vectors");
        QTest::addColumn<QStringList>("parts");
        QTest::newRow("A1111 and kohya") << R"([["emb_params",[3,4]]])"
                                         << "F16" << 2 << 3 << QStringList{""};
        QTest::newRow("diffusers") << R"([["<moss>",[4]]])"
                                   << "F32" << 4 << 1 << QStringList{""};
        QTest::newRow("XL") << R"([["clip_g",[2,6]],["clip_l",[2,4]]])"
                            << "BF16" << 2 << 2 << QStringList{"clip_g", "clip_l"};
        QTest::newRow("one of XL's") << R"([["clip_l",[2,4]]])"
                                     << "F32" << 4 << 2 << QStringList{""};
        QTest::newRow("as long as a chunk") << R"([["x",[75,1]]])"
                                            << "F32" << 4 << 75 << QStringList{""};
    }
    void everyFormIsRead() {
        QFETCH(QString, tensors);
        QFETCH(QString, dtype);
        QFETCH(int, size);
        const EmbeddingFile file = opened(
            file_of(Json::parse(tensors.toStdString()), "", dtype.toUtf8().constData(), static_cast<size_t>(size)));
        QTEST(static_cast<int>(file.vectors()), "vectors");
        QStringList parts;
        for (const auto& [key, tensor] : file.parts()) {
            parts << QString::fromStdString(key);
            QCOMPARE(tensor.shape.size(), size_t{2});
            QCOMPARE(tensor.shape[0], file.vectors());
        }
        QTEST(parts, "parts");
    }

    void whatIsNoneIsRefused_data() {
        QTest::addColumn<QString>("tensors");
        QTest::addColumn<QString>("dtype");
        QTest::addColumn<int>("size");
        QTest::addColumn<QString>("reason");
        const auto row = [](const char* name, const char* tensors, const char* dtype, int size, const char* reason) {
            QTest::newRow(name) << tensors << dtype << size << reason;
        };
        const char* none = "holds neither one tensor nor the two";
        row("a LoRA", R"([["lora_te_x.lora_down.weight",[1,2]],["lora_te_x.lora_up.weight",[2,1]]])", "F32", 4, none);
        row("three", R"([["clip_l",[1,2]],["clip_g",[1,2]],["t5",[1,2]]])", "F32", 4, none);
        row("nothing", "[]", "F32", 4, none);
        row("unequal", R"([["clip_l",[1,2]],["clip_g",[2,2]]])", "F32", 4, "has 2 vectors for one");
        row("a number", R"([["x",[]]])", "F32", 4, "not one to 75 vectors");
        row("no vector", R"([["x",[0,4]]])", "F32", 4, "not one to 75 vectors");
        row("no width", R"([["x",[4,0]]])", "F32", 4, "not one to 75 vectors");
        row("too many", R"([["x",[76,1]]])", "F32", 4, "not one to 75 vectors");
        row("too wide", R"([["x",[1,65537]]])", "F32", 4, "not one to 75 vectors");
        row("a cube", R"([["x",[1,2,2]]])", "F32", 4, "not one to 75 vectors");
        row("whole numbers", R"([["x",[2,2]]])", "I32", 4, "of the type I32, and an embedding has F16, BF16 or F32");
        row("8 bits", R"([["x",[2,2]]])", "F8_E4M3", 1, "of the type F8_E4M3");
    }
    void whatIsNoneIsRefused() {
        QFETCH(QString, tensors);
        QFETCH(QString, dtype);
        QFETCH(int, size);
        QFETCH(QString, reason);
        const std::string said = error_of([&] {
            opened(
                file_of(Json::parse(tensors.toStdString()), "", dtype.toUtf8().constData(), static_cast<size_t>(size)));
        });
        QVERIFY2(QString::fromStdString(said).contains(reason), said.c_str());
        QVERIFY2(said.starts_with(path_.string()), said.c_str());
        QVERIFY2(said.ends_with("; choose a textual inversion embedding."), said.c_str());
    }

    void numbersMustBeFinite() {
        const float infinite = std::numeric_limits<float>::infinity(), none = std::numeric_limits<float>::quiet_NaN();
        const auto said = [&](const std::string& data, const char* dtype, size_t size) {
            return error_of([&] { opened(file_of(Json::parse(R"([["x",[1,2]]])"), data, dtype, size)); });
        };
        for (const float bad : {infinite, -infinite, none})
            QVERIFY(said(bytes_of<float>({1, bad}), "F32", 4).find("a number that is not finite") != std::string::npos);
        QVERIFY(said(bytes_of<uint16_t>({0x3c00, 0xfc00}), "F16", 2).find("not finite") != std::string::npos);
        QVERIFY(said(bytes_of<uint16_t>({0x7fc0, 0}), "BF16", 2).find("not finite") != std::string::npos);
        QCOMPARE(said(bytes_of<uint16_t>({0x7bff, 0xfbff}), "F16", 2), std::string());
        QCOMPARE(said(bytes_of<float>({3e38f, -3e38f}), "F32", 4), std::string());
    }
};

FANLIGHT_TEST(TestEmbeddingFile)
#include "tst_embedding_file.moc"
