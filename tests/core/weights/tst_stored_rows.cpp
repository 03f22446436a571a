// Rows that stay in their file have the bits of the whole matrix, however it is stored.

#include <ATen/ATen.h>

#include <QTemporaryDir>
#include <QTest>

#include "core/base/file.h"
#include "core/weights/weights.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/places.h"
#include "tests/support/tensors_file.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

constexpr int64_t rows = 6, width = 32;

std::string bytes_in(const at::Tensor& tensor) {
    const at::Tensor all = tensor.contiguous();
    return {static_cast<const char*>(all.const_data_ptr()), all.nbytes()};
}

FileTensor stored_as(at::ScalarType type, const char* name) {
    const at::Tensor numbers = at::randn({rows, width}, at::make_generator<at::CPUGeneratorImpl>(7));
    return {"table.weight", name, {rows, width}, bytes_in(numbers.to(type))};
}

}  // namespace

class TstStoredRows : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::filesystem::path written(const std::string& name, const std::string& bytes) const {
        const std::filesystem::path file = folder_.filePath(QString::fromStdString(name)).toStdString();
        write_bytes(file, bytes);
        return file;
    }

    /// Compares with the matrix as take() has it.
    static void compare(const std::filesystem::path& file) {
        const at::Tensor ids = at::tensor({5, 0, 3, 3}, at::kLong).view({2, 2});
        for (const at::ScalarType dtype : {at::kFloat, at::kBFloat16, at::kHalf}) {
            const Weights weights = Weights::open(file, {.dtype = dtype});
            const StoredRows stored = (weights / "table").take_rows("weight", {rows, width});
            QVERIFY(weights.untaken().empty());
            const at::Tensor found = stored(ids), all = (weights / "table").take("weight", {rows, width});
            QCOMPARE(found.scalar_type(), dtype);
            QVERIFY(at::equal(found, at::embedding(all, ids)));
        }
    }

private Q_SLOTS:
    void rowsOfEveryType_data() {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArray>("name");
        const std::pair<at::ScalarType, const char*> types[] = {{at::kFloat, "F32"},
                                                                {at::kHalf, "F16"},
                                                                {at::kBFloat16, "BF16"},
                                                                {at::kFloat8_e4m3fn, "F8_E4M3"},
                                                                {at::kFloat8_e5m2, "F8_E5M2"}};
        for (const auto& [type, name] : types) QTest::newRow(name) << int(type) << QByteArray(name);
    }
    void rowsOfEveryType() {
        QFETCH(int, type);
        QFETCH(QByteArray, name);
        compare(written("plain.safetensors",
                        tensors_file({stored_as(static_cast<at::ScalarType>(type), name.constData())})));
    }

    void quantisedRowsAreMadeOfTheirOwnBlocks() {
        constexpr uint32_t q8_0 = 8;
        std::string data;
        for (int64_t block = 0; block < rows * width / 32; ++block) {
            data += std::string("\x00\x3c", 2);  // 1 in float16
            for (int i = 0; i < 32; ++i) data += static_cast<char>(block * 5 + i - 40);
        }
        GgufBytes file;
        file.tensor("table.weight", {width, rows}, q8_0, 0);
        compare(written("q8.gguf", file.file(data)));
    }

    void rowsWithAScaleAreScaled() {
        FileTensor scale{"table.scale_weight", "F32", {1}, bytes_of<float>({0.25f})},
            marker{"scaled_fp8", "F8_E4M3", {1}, std::string(1, '\0')};
        compare(written("scaled.safetensors", tensors_file({stored_as(at::kFloat8_e4m3fn, "F8_E4M3"), scale, marker})));
    }

    void aWrongShapeIsRefused() {
        const auto file = written("shape.safetensors", tensors_file({stored_as(at::kFloat, "F32")}));
        const Weights weights = Weights::open(file, {});
        QVERIFY_EXCEPTION_THROWN((weights / "table").take_rows("weight", {rows, width + 1}), TensorMisfit);
        QVERIFY_EXCEPTION_THROWN((weights / "other").take_rows("weight", {rows, width}), TensorMisfit);
    }

    void aFileThatWasCutOffIsRefused() {
        const auto file = written("cut.safetensors", tensors_file({stored_as(at::kFloat, "F32")}));
        const StoredRows stored = (Weights::open(file, {}) / "table").take_rows("weight", {rows, width});
        std::filesystem::resize_file(file, 10);
        QVERIFY_EXCEPTION_THROWN(stored(at::zeros({1}, at::kLong)), Error);
    }
};

FANLIGHT_TEST(TstStoredRows)
#include "tst_stored_rows.moc"
