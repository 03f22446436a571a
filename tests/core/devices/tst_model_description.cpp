#include "core/devices/model_description.h"

#include <QTest>
#include <functional>

#include "tests/support/test.h"

using namespace fanlight;

namespace {

ModelDescription example() {
    ModelDescription model{.shape = {.dtype = "float16", .width = 64, .height = 48, .batch_size = 2, .guided = false}};
    model.network.root = {.class_name = "Net",
                          .children = {{.name = "conv",
                                        .class_name = "Conv2d",
                                        .parameters = {{"weight", {4, 3, 3, 3}, "float16"}, {"bias", {4}, "float16"}}},
                                       {.name = "act", .class_name = "SiLU"}}};
    model.network.no_split_modules = {"Block"};
    model.layers = {{"conv", 224, 1.5e6, 100, 300}, {"act", 0, 0, 100, 200}};
    model.text_encoder = {10, 20, 30};
    model.decoder = {40, 50, 60};
    return model;
}

}  // namespace

class TestModelDescription : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void whatIsWrittenIsRead() {
        const ModelDescription model = example();
        const ModelDescription read = description_from_json(parse_json(to_json(model).dump(), "test"), "test");
        QCOMPARE(read.shape, model.shape);
        QCOMPARE(read.layers, model.layers);
        QCOMPARE(read.text_encoder, model.text_encoder);
        QCOMPARE(read.decoder, model.decoder);
        QCOMPARE(read.network.no_split_modules, model.network.no_split_modules);
        QVERIFY(to_json(read) == to_json(model));
        QCOMPARE(checkpoint_names(read.network), std::vector<std::string>({"conv.weight", "conv.bias"}));
    }

    void sumsAreOfAllParts() {
        const ModelDescription model = example();
        QCOMPARE(model.network_bytes(), int64_t{224});
        QCOMPARE(model.bytes(), int64_t{224 + 10 + 40});
        QCOMPARE(model.working_bytes(), int64_t{300});
    }

    void whatCannotBeIsRefusedByName_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("value");
        QTest::addColumn<QString>("field");
        const auto row = [](const char* path, const char* value, const char* field) {
            QTest::addRow("%s = %s", path, value) << path << value << field;
        };
        row("/shape/width", "0", "width");
        row("/shape/width", "\"64\"", "width");
        row("/shape/height", "1e300", "height");
        row("/shape/dtype", "\"float12\"", "float12");
        row("/layers", "[]", "layers");
        row("/layers", "{}", "layers");
        row("/layers/0/bytes", "-1", "bytes");
        row("/layers/0/bytes", "1e300", "bytes");
        row("/layers/0/flops", "-0.5", "flops");
        row("/layers/0/flops", "null", "flops");
        row("/layers/0/name", "\"\"", "name");
        row("/modules", "[]", "modules");
        row("/modules/0", "7", "modules");
        row("/modules/2/0", "[\"conv\"]", "modules");
        row("/modules/2/0/0", "\"\"", "modules");
        row("/modules/2/0/1/1/0/1", "[-4]", "modules");
        row("/modules/2/0/1/1/0/1", "[4000000000, 4000000000]", "modules");
        row("/modules/2/0/1/1/0/2", "\"complex12\"", "complex12");
        row("/no_split_modules", "[1]", "no_split_modules");
        row("/text_encoder", "[]", "bytes");
        row("/decoder/working_bytes", "-7", "working_bytes");
    }
    void whatCannotBeIsRefusedByName() {
        QFETCH(QString, path);
        QFETCH(QString, value);
        QFETCH(QString, field);
        Json json = to_json(example());
        json[Json::json_pointer(path.toStdString())] = Json::parse(value.toStdString());
        QString message;
        try {
            description_from_json(json, "worker");
        } catch (const Error& error) {
            message = error.what();
        }
        QVERIFY2(message.contains(field), qPrintable(message));
    }

    void aFieldThatIsMissingIsRefused() {
        for (const char* key : {"shape", "modules", "no_split_modules", "layers", "text_encoder", "decoder"}) {
            Json json = to_json(example());
            json.erase(key);
            QVERIFY_THROWS_EXCEPTION(Error, description_from_json(json, "worker"));
        }
        QVERIFY_THROWS_EXCEPTION(Error, description_from_json(Json::array(), "worker"));
    }
};

FANLIGHT_TEST(TestModelDescription)
#include "tst_model_description.moc"
