#include "core/devices/model_description.h"

#include <QTest>

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
    void sumsAreOfAllParts() {
        const ModelDescription model = example();
        QCOMPARE(model.network_bytes(), int64_t{224});
        QCOMPARE(model.bytes(), int64_t{224 + 10 + 40});
        QCOMPARE(model.working_bytes(), int64_t{300});
    }
};

FANLIGHT_TEST(TestModelDescription)
#include "tst_model_description.moc"
