#include "core/weights/weights.h"

#include <ATen/ATen.h>

#include <sys/stat.h>

#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <thread>

#include "core/base/json.h"
#include "core/weights/model_folder.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

using namespace fanlight;
namespace fs = std::filesystem;

namespace {

struct Tensor {
    std::string key, dtype;
    std::vector<int64_t> shape;
    std::string data;
};

/// A .safetensors file; `padding` blanks after the header shift its data.
std::string file_of(const std::vector<Tensor>& tensors, size_t padding = 0) {
    Json header = Json::object();
    std::string data;
    for (const Tensor& t : tensors) {
        header[t.key] = {
            {"dtype", t.dtype}, {"shape", t.shape}, {"data_offsets", {data.size(), data.size() + t.data.size()}}};
        data += t.data;
    }
    return safetensors_bytes(header.dump() + std::string(padding, ' '), data);
}

/// The same with its data at a multiple of 64 bytes.
std::string aligned_file_of(const std::vector<Tensor>& tensors) {
    size_t data = 0;
    for (const Tensor& t : tensors) data += t.data.size();
    const size_t begin = file_of(tensors).size() - data;
    return file_of(tensors, (64 - begin % 64) % 64);
}

Tensor floats(const std::string& key, const std::vector<float>& values) {
    return {key, "F32", {static_cast<int64_t>(values.size())}, bytes_of(values)};
}

std::string index_of(const std::map<std::string, std::string>& shard_of) {
    return Json{{"weight_map", shard_of}}.dump();
}

bool lies_in_map(const at::Tensor& tensor) {
    return !tensor.storage()
                .unsafeGetStorageImpl()
                ->resizable();  // views of a file are not resizable, what at::empty made is
}

}  // namespace

/// Tensors by name from checkpoints, valid and invalid ones.
class TestWeights : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> temporary_;
    fs::path folder_;

    Weights open(const std::vector<Tensor>& tensors, const Weights::Placement& placement = {}, size_t padding = 0) {
        write_bytes(folder_ / "model.safetensors", padding ? file_of(tensors, padding) : aligned_file_of(tensors));
        return Weights::open(folder_ / "model.safetensors", placement);
    }

    Weights open_folder() { return Weights::open_folder(folder_, "model", {}); }

    std::string fault_of_folder() {
        return error_of([&] { open_folder(); });
    }

    void write_shards(const std::map<std::string, std::string>& shard_of) {
        write_bytes(folder_ / "a.safetensors", file_of({floats("x", {1})}));
        write_bytes(folder_ / "b.safetensors", file_of({floats("y", {2})}));
        write_bytes(folder_ / "model.safetensors.index.json", index_of(shard_of));
    }

private Q_SLOTS:
    void init() {
        temporary_ = std::make_unique<QTemporaryDir>();
        folder_ = temporary_->path().toStdString();
    }

    void placesInTheTreeMakeTheKey() {
        const Weights weights = open({floats("down.0.conv.weight", {1, 2}), floats("down.1.conv.weight", {3, 4})});
        const Weights conv = weights / "down" / 1 / "conv";
        QCOMPARE(conv.key("weight"), std::string("down.1.conv.weight"));
        QVERIFY(conv.has("weight"));
        QVERIFY(!conv.has("bias"));
        QVERIFY(at::equal(conv.take("weight", {2}), at::tensor({3.f, 4.f})));
    }

    void aTensorOfTheRightDtypeIsAViewOfTheFile() {
        const at::Tensor weight = open({{"w", "F32", {2, 2}, bytes_of<float>({1, 2, 3, 4})}}).take("w", {2, 2});
        QVERIFY(lies_in_map(weight));
        QVERIFY(at::equal(weight, at::tensor({1.f, 2.f, 3.f, 4.f}).view({2, 2})));
    }

    void aTensorOutlivesItsWeightsAndItsFile() {
        const at::Tensor weight = open({floats("w", {1, 2})}).take("w", {2});
        fs::remove(folder_ / "model.safetensors");
        QVERIFY(at::equal(weight, at::tensor({1.f, 2.f})));
    }

    void unalignedTensorsAreCopied() {
        for (size_t padding = 1; padding <= 4; ++padding) {
            const at::Tensor weight = open({floats("w", {1, 2})}, {}, padding).take("w", {2});
            QCOMPARE(reinterpret_cast<uintptr_t>(weight.const_data_ptr()) % alignof(float), 0u);
            QVERIFY(at::equal(weight, at::tensor({1.f, 2.f})));
        }
    }

    void floatingPointIsConverted_data() {
        QTest::addColumn<QByteArray>("dtype");
        QTest::addColumn<QByteArray>("data");
        const auto row = [](const char* dtype, const std::string& data) {
            QTest::newRow(dtype) << QByteArray(dtype) << QByteArray::fromStdString(data);
        };
        row("F64", bytes_of<double>({1.5, -2}));
        row("F32", bytes_of<float>({1.5f, -2}));
        row("F16", bytes_of<uint16_t>({0x3E00, 0xC000}));
        row("BF16", bytes_of<uint16_t>({0x3FC0, 0xC000}));
        row("F8_E4M3", bytes_of<uint8_t>({0x3C, 0xC0}));
        row("F8_E5M2", bytes_of<uint8_t>({0x3E, 0xC0}));
        row("F8_E4M3FNUZ", bytes_of<uint8_t>({0x44, 0xC8}));
        row("F8_E5M2FNUZ", bytes_of<uint8_t>({0x42, 0xC4}));
    }
    void floatingPointIsConverted() {
        QFETCH(QByteArray, dtype);
        QFETCH(QByteArray, data);
        for (const at::ScalarType wanted : {at::kFloat, at::kHalf, at::kBFloat16}) {
            const at::Tensor weight =
                open({{"w", dtype.toStdString(), {2}, data.toStdString()}}, {wanted, at::kCPU}).take("w", {2});
            QCOMPARE(weight.scalar_type(), wanted);
            QVERIFY(at::equal(weight, at::tensor({1.5f, -2.f}).to(wanted)));
        }
    }

    void integersKeepTheirDtype_data() {
        QTest::addColumn<QByteArray>("dtype");
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<int>("expected");
        const auto row = [](const char* dtype, const std::string& data, at::ScalarType expected) {
            QTest::newRow(dtype) << QByteArray(dtype) << QByteArray::fromStdString(data) << static_cast<int>(expected);
        };
        row("I64", bytes_of<int64_t>({1, 0}), at::kLong);
        row("I32", bytes_of<int32_t>({1, 0}), at::kInt);
        row("I16", bytes_of<int16_t>({1, 0}), at::kShort);
        row("I8", bytes_of<int8_t>({1, 0}), at::kChar);
        row("U8", bytes_of<uint8_t>({1, 0}), at::kByte);
        row("BOOL", bytes_of<uint8_t>({1, 0}), at::kBool);
    }
    void integersKeepTheirDtype() {
        QFETCH(QByteArray, dtype);
        QFETCH(QByteArray, data);
        QFETCH(int, expected);
        const at::Tensor ids =
            open({{"ids", dtype.toStdString(), {2}, data.toStdString()}}, {at::kHalf, at::kCPU}).take("ids", {2});
        QCOMPARE(static_cast<int>(ids.scalar_type()), expected);
        QVERIFY(at::equal(ids.to(at::kLong), at::tensor({1, 0}, at::kLong)));
    }

    void integersAreNoWeights_data() {
        QTest::addColumn<QByteArray>("dtype");
        QTest::addColumn<int>("bytes");
        QTest::newRow("I64") << QByteArray("I64") << 8;
        QTest::newRow("I32") << QByteArray("I32") << 4;
        QTest::newRow("I16") << QByteArray("I16") << 2;
        QTest::newRow("I8") << QByteArray("I8") << 1;
        QTest::newRow("U8") << QByteArray("U8") << 1;
        QTest::newRow("BOOL") << QByteArray("BOOL") << 1;
    }
    void integersAreNoWeights() {
        QFETCH(QByteArray, dtype);
        QFETCH(int, bytes);
        const std::string data(2 * static_cast<size_t>(bytes), '\0');
        const Weights weights =
            open({{"proj.weight", dtype.toStdString(), {2}, data}, {"proj.bias", dtype.toStdString(), {2}, data}});
        for (const std::string name : {"weight", "bias"}) {
            QCOMPARE(error_of([&] { (weights / "proj").take(name, {2}); }),
                     (folder_ / "model.safetensors").string() + ": tensor \"proj." + name + "\" has dtype " +
                         dtype.toStdString() +
                         ", and weights are floating-point numbers; choose another version of the model.");
            QVERIFY(!error_of([&] { (weights / "proj").take_as_stored(name, {2}); }).empty());
        }
    }

    void scalarsAndEmptyTensorsAreTensors() {
        const Weights weights = open({{"scale", "F32", {}, bytes_of<float>({7})}, {"none", "F32", {0, 3}, ""}});
        QCOMPARE(weights.take("scale", {}).item<float>(), 7.f);
        QCOMPARE(weights.take("none", {0, 3}).numel(), int64_t{0});
        QVERIFY(weights.take("none", {0, 3}).sizes() == at::IntArrayRef({0, 3}));
    }

    void otherDtypesAreRefusedOnlyWhenTaken() {
        const Weights weights = open({{"a", "U32", {1}, "abcd"}, floats("b", {1})});
        weights.take("b", {1});
        QCOMPARE(error_of([&] { weights.take("a", {1}); }),
                 (folder_ / "model.safetensors").string() +
                     ": tensor \"a\" has dtype U32, which no network here uses; choose another version of the model.");
    }

    void aMissingTensorIsNamed() {
        const Weights weights = open({floats("w", {1})});
        QCOMPARE(
            error_of([&] { (weights / "mid" / 0).take("bias", {320}); }),
            (folder_ / "model.safetensors").string() +
                " has no tensor \"mid.0.bias\" of shape [320]; config.json and weights belong to different models.");
    }

    void anotherShapeIsRefused_data() {
        QTest::addColumn<std::vector<int64_t>>("shape");
        QTest::newRow("size") << std::vector<int64_t>{2, 3};
        QTest::newRow("order") << std::vector<int64_t>{3, 2, 1};
        QTest::newRow("rank") << std::vector<int64_t>{6};
        QTest::newRow("scalar") << std::vector<int64_t>{};
    }
    void anotherShapeIsRefused() {
        QFETCH(std::vector<int64_t>, shape);
        const Weights weights = open({{"w", "F32", {3, 2}, bytes_of<float>({1, 2, 3, 4, 5, 6})}});
        const QString fault = QString::fromStdString(error_of([&] { weights.take("w", shape); }));
        QVERIFY2(fault.contains("tensor \"w\" has shape [3, 2] where ["), qPrintable(fault));
        QCOMPARE(weights.untaken(), std::vector<std::string>{"w"});
    }

    void untakenAreThoseBelowThatNobodyTook() {
        const Weights weights = open({floats("a.x", {1}), floats("a.y", {1}), floats("ab.x", {1})});
        weights.take("a.x", {1});
        QCOMPARE(weights.untaken(), (std::vector<std::string>{"a.y", "ab.x"}));
        QCOMPARE((weights / "a").untaken(), std::vector<std::string>{"a.y"});
    }

    void eachListsWhatLiesBelow() {
        const Weights weights =
            open({{"a.w", "F16", {2, 3}, std::string(12, '\0')}, {"a.z", "U16", {1}, "ab"}, floats("b.w", {1})});
        std::vector<std::string> keys;
        (weights / "a").each([&](const Weights::Listed& tensor) {
            keys.push_back(tensor.key);
            if (tensor.key == "a.z") {
                QVERIFY(tensor.dtype == at::ScalarType::Undefined);
            } else {
                QVERIFY(tensor.shape == at::IntArrayRef({2, 3}) && tensor.dtype == at::kHalf && tensor.bytes == 12);
            }
        });
        QCOMPARE(keys, (std::vector<std::string>{"a.w", "a.z"}));
        QCOMPARE(weights.untaken().size(), 3u);
    }

    void threadsMayTakeAtTheSameTime() {
        std::vector<Tensor> tensors;
        for (int i = 0; i < 200; ++i) tensors.push_back(floats(std::to_string(i), {static_cast<float>(i)}));
        const Weights weights = open(tensors, {at::kHalf, at::kCPU});
        std::atomic<int> right = 0;
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i < 200; ++i)
                    right += weights.take(std::to_string(i), {1}).item<float>() == static_cast<float>(i);
            });
        for (std::thread& thread : threads) thread.join();
        QCOMPARE(right.load(), 800);
        QVERIFY(weights.untaken().empty());
    }

    void theStarterModelIsReadWhole_data() {
        QTest::addColumn<QString>("component");
        QTest::addColumn<QString>("stem");
        QTest::newRow("unet") << "unet"
                              << "diffusion_pytorch_model";
        QTest::newRow("vae") << "vae"
                             << "diffusion_pytorch_model";
        QTest::newRow("text_encoder") << "text_encoder"
                                      << "model";
    }
    void theStarterModelIsReadWhole() {
        QFETCH(QString, component);
        QFETCH(QString, stem);
        const ModelFolder model(source_path("/resources/starter/model"));
        const Weights weights = Weights::open_folder(model.component(component.toStdString()), stem.toStdString(), {});
        QVERIFY(weights.untaken().size() > 10);
        weights.each([&](const Weights::Listed& listed) {
            const at::Tensor tensor = weights.take(listed.key, listed.shape);
            QVERIFY(!tensor.is_floating_point() || at::isfinite(tensor).all().item<bool>());
        });
        QVERIFY(weights.untaken().empty());
    }

    void aFileThatWasTruncatedInUseIsNoticed() {
        const Weights weights = open({floats("w", {1, 2})});
        fs::resize_file(folder_ / "model.safetensors", 20);
        const QString fault = QString::fromStdString(error_of([&] { weights.take("w", {2}); }));
        QVERIFY2(fault.contains("was truncated while it was in use"), qPrintable(fault));
    }

    void whatIsNoFileIsRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("reason");
        QTest::newRow("missing") << "missing.safetensors"
                                 << "No such file or directory";
        QTest::newRow("folder") << "folder.safetensors"
                                << "it is a folder, not a file";
        QTest::newRow("pipe without a writer") << "pipe.safetensors"
                                               << "it is a named pipe, not a file";
        QTest::newRow("empty") << "empty.safetensors"
                               << "is truncated: it has only 0 bytes";
        QTest::newRow("pickle") << "model.ckpt"
                                << "loading one runs the code that is in it";
    }
    void whatIsNoFileIsRefused() {
        QFETCH(QString, name);
        QFETCH(QString, reason);
        fs::create_directory(folder_ / "folder.safetensors");
        QCOMPARE(::mkfifo((folder_ / "pipe.safetensors").c_str(), 0600), 0);
        write_bytes(folder_ / "empty.safetensors", "");
        write_bytes(folder_ / "model.ckpt", "pickle");
        const QString fault =
            QString::fromStdString(error_of([&] { Weights::open(folder_ / name.toStdString(), {}); }));
        QVERIFY2(fault.contains(reason) && fault.contains(name), qPrintable(fault));
    }

    void aFolderGivesItsBestVariant() {
        const auto first = [&] { return open_folder().take("x", {1}).item<float>(); };
        write_bytes(folder_ / "bf16-1.safetensors", file_of({floats("x", {6})}));
        write_bytes(folder_ / "model.safetensors.index.bf16.json", index_of({{"x", "bf16-1.safetensors"}}));
        QCOMPARE(first(), 6.f);
        write_bytes(folder_ / "model.bf16.safetensors", file_of({floats("x", {5})}));
        QCOMPARE(first(), 5.f);
        write_bytes(folder_ / "fp16-1.safetensors", file_of({floats("x", {4})}));
        write_bytes(folder_ / "model.safetensors.index.fp16.json", index_of({{"x", "fp16-1.safetensors"}}));
        QCOMPARE(first(), 4.f);
        write_bytes(folder_ / "model.fp16.safetensors", file_of({floats("x", {3})}));
        QCOMPARE(first(), 3.f);
        write_shards({{"x", "a.safetensors"}, {"y", "b.safetensors"}});
        QCOMPARE(first(), 1.f);
        write_bytes(folder_ / "model.safetensors", file_of({floats("x", {2})}));
        QCOMPARE(first(), 2.f);
    }

    void shardsAreOneTree() {
        write_shards({{"x", "a.safetensors"}, {"y", "b.safetensors"}});
        const Weights weights = open_folder();
        QCOMPARE(weights.take("x", {1}).item<float>(), 1.f);
        QCOMPARE(weights.take("y", {1}).item<float>(), 2.f);
        QCOMPARE(error_of([&] {
                     weights.take("z", {1});
                 }).rfind((folder_ / "model.safetensors.index.json").string() + " has no tensor \"z\"", 0),
                 0u);
    }

    void wrongShardsAreRefused_data() {
        QTest::addColumn<QByteArray>("index");
        QTest::addColumn<QString>("reason");
        const auto shard = [](const char* title, const std::string& name) {
            QTest::newRow(title) << QByteArray::fromStdString(index_of({{"x", name}}))
                                 << QStringLiteral("is not a plain name of a .safetensors file");
        };
        shard("path upwards", "../a.safetensors");
        shard("absolute path", "/etc/a.safetensors");
        shard("folder", "sub/a.safetensors");
        shard("backslash", "sub\\a.safetensors");
        shard("dots", "..");
        shard("hidden", ".safetensors");
        shard("no name", "");
        shard("NUL", std::string("a\0.safetensors", 14));
        shard("pickle", "a.bin");
        QTest::newRow("number") << QByteArray(R"({"weight_map":{"x":1}})")
                                << "\"x\" is in 1, which is not a plain name";
        QTest::newRow("no weight_map") << QByteArray("{}") << "\"weight_map\" is missing";
        QTest::newRow("list") << QByteArray(R"({"weight_map":["a.safetensors"]})") << "wrong type";
        QTest::newRow("no JSON") << QByteArray("{") << "is not valid JSON";
        QTest::newRow("missing shard") << QByteArray(R"({"weight_map":{"x":"c.safetensors"}})")
                                       << "No such file or directory";
        QTest::newRow("tensor in another shard")
            << QByteArray(R"({"weight_map":{"x":"b.safetensors","y":"a.safetensors"}})")
            << "\"x\" is not in b.safetensors";
        QTest::newRow("tensor in no shard") << QByteArray(R"({"weight_map":{"x":"a.safetensors","z":"a.safetensors"}})")
                                            << "\"z\" is not in a.safetensors";
        QTest::newRow("tensor in two shards")
            << QByteArray(R"({"weight_map":{"x":"a.safetensors","w":"twin.safetensors"}})")
            << "Tensor \"x\" is in both";
    }
    void wrongShardsAreRefused() {
        QFETCH(QByteArray, index);
        QFETCH(QString, reason);
        write_shards({});
        write_bytes(folder_ / "twin.safetensors", file_of({floats("w", {1}), floats("x", {1})}));
        write_bytes(folder_ / "model.safetensors.index.json", index.toStdString());
        const QString fault = QString::fromStdString(fault_of_folder());
        QVERIFY2(fault.contains(reason), qPrintable(fault));
    }

    void tooManyShardsAreRefused() {
        std::map<std::string, std::string> shard_of;
        for (int i = 0; i <= 1000; ++i) shard_of[std::to_string(i)] = std::to_string(i) + ".safetensors";
        write_bytes(folder_ / "model.safetensors.index.json", index_of(shard_of));
        QVERIFY(fault_of_folder().find("names more than 1000 files") != std::string::npos);
    }

    void aFolderOfPicklesIsRefusedWithTheReason_data() {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"model.bin", "pytorch_model.bin", "model.fp16.bin", "model.ckpt", "model.pt", "model.pth"})
            QTest::newRow(name) << name;
    }
    void aFolderOfPicklesIsRefusedWithTheReason() {
        QFETCH(QString, name);
        write_bytes(folder_ / name.toStdString(), "");
        QCOMPARE(fault_of_folder(),
                 (folder_ / name.toStdString()).string() +
                     " is a pickle, and loading one runs the code that is in it; convert it to .safetensors first.");
    }

    void aFolderWithoutWeightsSaysWhichFileIsMissing() {
        QCOMPARE(fault_of_folder(),
                 "The model has no " + (folder_ / "model.safetensors").string() + "; download it again.");
    }
};

FANLIGHT_TEST(TestWeights)
#include "tst_weights.moc"
