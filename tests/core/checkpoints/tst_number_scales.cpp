#include "core/checkpoints/number_scales.h"

#include <QTemporaryDir>
#include <QTest>

#include "core/base/json.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/stored_tensors.h"
#include "core/checkpoints/tensor_number.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/tensors_file.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const std::string eight_codes(8, '\x38');
const FileTensor small_weight{"a.weight", "F8_E4M3", {4, 2}, eight_codes};

FileTensor scale_tensor(const char* name, const std::vector<int64_t>& shape, const char* dtype = "F32") {
    int64_t count = 1;
    for (const int64_t size : shape) count *= size;
    return {name, dtype, shape,
            bytes_of(std::vector<float>(static_cast<size_t>(count), 0.5f))
                .substr(0, static_cast<size_t>(count) * block_of(dtype_named(dtype).value()).bytes)};
}

FileTensor format_tensor(const std::string& json) {
    return {"a.comfy_quant", "U8", {static_cast<int64_t>(json.size())}, json};
}

}  // namespace

class TestNumberScales : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scalesAreTakenIn_data() {
        QTest::addColumn<std::vector<FileTensor>>("tensors");
        QTest::addColumn<std::vector<int64_t>>("shape");  // of the scale, to be multiplied with
        const auto row = [](const char* name, const std::vector<FileTensor>& tensors,
                            const std::vector<int64_t>& shape) { QTest::newRow(name) << tensors << shape; };
        const FileTensor marker{"scaled_fp8", "F8_E4M3", {2}, "ab"};
        row("one", {small_weight, scale_tensor("a.scale_weight", {}), marker}, {1, 1});
        row("one, as a list", {small_weight, scale_tensor("a.scale_weight", {1}), marker}, {1, 1});
        row("with an input's", {small_weight, scale_tensor("a.scale_weight", {1}), scale_tensor("a.scale_input", {1})},
            {1, 1});
        row("newer", {small_weight, scale_tensor("a.weight_scale", {}), format_tensor(R"({"format":"float8_e4m3fn"})")},
            {1, 1});
        row("rows", {small_weight, scale_tensor("a.weight_scale", {4}), scale_tensor("a.input_scale", {})}, {4, 1});
        row("rows of one column", {small_weight, scale_tensor("a.weight_scale", {4, 1})}, {4, 1});
        row("blocks", {small_weight, scale_tensor("a.weight_scale", {2, 1}, "BF16")}, {2, 1});
        row("each number", {small_weight, scale_tensor("a.weight_scale", {4, 2})}, {4, 2});
    }
    void scalesAreTakenIn() {
        QFETCH(std::vector<FileTensor>, tensors);
        QFETCH(std::vector<int64_t>, shape);
        const StoredTensors stored = opened(tensors);
        QCOMPARE(stored.tensors.size(), size_t{1});
        const TensorEntry& entry = stored.tensors.at("a.weight").entry;
        QVERIFY(entry.scale != nullptr);
        QCOMPARE(shape_of_scale(entry), shape);
    }

    void whatIsNotScaledStaysAsItIs() {
        const FileTensor plain{"b.weight", "F16", {2, 2}, std::string(8, 0)},
            table{"c.token_embedding.weight", "F8_E5M2", {2, 2}, "abcd"},
            kernel{"d.weight", "F8_E4M3", {1, 1, 2, 2}, "abcd"};
        const FileTensor marker{"scaled_fp8", "F8_E4M3", {0}, ""};
        const StoredTensors stored =
            opened({small_weight, scale_tensor("a.scale_weight", {}), plain, table, kernel, marker});
        QCOMPARE(stored.tensors.size(), size_t{4});
        for (const char* name : {"b.weight", "c.token_embedding.weight", "d.weight"})
            QVERIFY(!stored.tensors.at(name).entry.scale);
        QVERIFY(!opened({small_weight}).tensors.at("a.weight").entry.scale);  // a plain cast
    }

    void aShardsScalesAreTakenIn() {
        write_bytes(path("model-1.safetensors"), tensors_file({small_weight, scale_tensor("a.weight_scale", {4})}));
        const Json map = {{"a.weight", "model-1.safetensors"}, {"a.weight_scale", "model-1.safetensors"}};
        write_bytes(path("model.safetensors.index.json"), Json{{"weight_map", map}}.dump());
        const StoredTensors stored = open_weights_folder(folder_.path().toStdString(), "model");
        QVERIFY(stored.tensors.at("a.weight").entry.scale != nullptr);
    }

    void aFusedProjectionIsSplitWithItsScales() {
        for (const auto& [shape, of_part] :
             {std::pair(std::vector<int64_t>{1}, std::vector<int64_t>{1, 1}), {{4}, {2, 1}}, {{2, 1}, {1, 1}}}) {
            const StoredTensors stored = opened({small_weight, scale_tensor("a.weight_scale", shape)});
            const TensorEntries entries = {{"a.weight", stored.tensors.at("a.weight").entry}};
            const CheckpointPart part({"f", entries, "a family", "choose another."}, "a.");
            TensorEntries halves;
            part.split_rows("weight", 2, {{"one.weight"}, {"two.weight"}}, halves);
            QCOMPARE(halves.at("two.weight").shape[0], int64_t{2});
            QCOMPARE(shape_of_scale(halves.at("two.weight")), of_part);
        }
    }

    void wrongScalesAreRefused_data() {
        QTest::addColumn<std::vector<FileTensor>>("tensors");
        QTest::addColumn<QString>("fault");
        const auto row = [](const char* name, const std::vector<FileTensor>& tensors, const char* fault) {
            QTest::newRow(name) << tensors << fault;
        };
        row("of nothing", {small_weight, scale_tensor("b.scale_weight", {})},
            "\"b.scale_weight\" belongs to a tensor that the file");
        row("missing", {small_weight, {"scaled_fp8", "F8_E4M3", {2}, "ab"}}, "\"a.weight\" has no scale");
        row("missing, newer", {small_weight, format_tensor(R"({"format":"float8_e4m3fn"})")},
            "\"a.weight\" has no scale");
        row("twice", {small_weight, scale_tensor("a.scale_weight", {}), scale_tensor("a.weight_scale", {})},
            "second scale of one tensor");
        row("too many rows", {small_weight, scale_tensor("a.weight_scale", {3})}, "has shape [3], which does not fit");
        row("of columns", {small_weight, scale_tensor("a.weight_scale", {1, 3})},
            "has shape [1,3], which does not fit");
        row("of nothing at all", {small_weight, scale_tensor("a.weight_scale", {0})},
            "has shape [0], which does not fit");
        row("of more dimensions", {small_weight, scale_tensor("a.weight_scale", {4, 1, 2})},
            "does not fit a tensor of shape [4,2]");
        row("whole numbers", {small_weight, scale_tensor("a.weight_scale", {1}, "I32")},
            "of dtype I32 scales a tensor of dtype F8");
        row("of exponents", {small_weight, scale_tensor("a.weight_scale", {4, 1}, "F8_E8M0")},
            "weights that are stored as \"MXFP8\" cannot be read");
        row("of 8 bits", {{"a.weight", "U8", {4, 2}, eight_codes}, scale_tensor("a.weight_scale", {4, 1}, "F8_E4M3")},
            "weights that are stored as \"NVFP4\" cannot be read");
        row("inverse", {small_weight, scale_tensor("a.weight_scale_inv", {1, 1})},
            "weights that are stored as \"float8 in blocks, with weight_scale_inv\" cannot be read");
        row("infinite", {small_weight, {"a.scale_weight", "F32", {}, bytes_of<float>({INFINITY})}},
            "is not a finite number");
        const FileTensor bytes{"a.weight", "I8", {4, 2}, eight_codes};
        row("of whole numbers", {bytes, scale_tensor("a.weight_scale", {4, 1})},
            "weights that are stored as \"int8\" cannot be read");
        const FileTensor of_row = scale_tensor("a.weight_scale", {4, 1});
        row("another format", {small_weight, of_row, format_tensor(R"({"format":"nvfp4"})")},
            "stored as \"nvfp4\" cannot be read");
        row("rotated", {small_weight, of_row, format_tensor(R"({"format":"float8_e4m3fn","convrot":true})")},
            "\"convrot\"");
        const FileTensor codes{"a.weight", "U8", {8, 1}, eight_codes};
        row("NF4", {codes, {"a.weight.absmax", "F32", {1}, bytes_of<float>({1})}},
            "a.weight.absmax: weights that are stored as \"NF4 or FP4 of bitsandbytes\" cannot be read; choose a "
            "version "
            "of the model in float8_e4m3fn, float8_e5m2, float16 or GGUF");
        row("NF4, how", {codes, {"a.weight.quant_state.bitsandbytes__nf4", "U8", {8}, eight_codes}},
            "\"NF4 of bitsandbytes\"");
        row("int8 of bitsandbytes", {{"a.weight", "I8", {4, 2}, eight_codes}, scale_tensor("a.SCB", {4})},
            "\"int8 of bitsandbytes\"");
        row("SVDQuant", {{"a.qweight", "I8", {4, 2}, eight_codes}, scale_tensor("a.wscales", {1, 4}, "BF16")},
            "\"SVDQuant of Nunchaku\"");
        row("no format", {small_weight, of_row, format_tensor("{}")}, "format");
        row("no JSON", {small_weight, of_row, format_tensor("{")}, "a.comfy_quant");
        row("no object", {small_weight, of_row, format_tensor("[]")}, "must hold a JSON object");
    }
    void wrongScalesAreRefused() {
        QFETCH(std::vector<FileTensor>, tensors);
        QFETCH(QString, fault);
        const std::string error = error_of([&] { opened(tensors); });
        QVERIFY2(error.find(fault.toStdString()) != std::string::npos, error.c_str());
    }

private:
    std::string path(const char* name) const { return folder_.filePath(name).toStdString(); }

    StoredTensors opened(const std::vector<FileTensor>& tensors) const {
        write_bytes(path("w.safetensors"), tensors_file(tensors));
        return open_weights_file(path("w.safetensors"));
    }

    QTemporaryDir folder_;
};

FANLIGHT_TEST(TestNumberScales)
#include "tst_number_scales.moc"
