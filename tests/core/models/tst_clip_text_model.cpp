#include <QtTest>

#include "core/models/clip_text_model.h"
#include "tests/core/models/golden_network.h"
#include "tests/support/test.h"

using namespace fanlight;

class TstCLIPTextModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }

    void equalsTransformers_data() {
        QTest::addColumn<std::string>("name");
        QTest::addColumn<int>("clip_skip");
        for (const char* name : {"clip_prefixed", "clip_plain"})
            for (int clip_skip = 0; clip_skip <= 2; ++clip_skip)
                QTest::addRow("%s, clip_skip %d", name, clip_skip) << std::string(name) << clip_skip;
    }
    void equalsTransformers() {
        QFETCH(std::string, name);
        QFETCH(int, clip_skip);
        const c10::InferenceMode inference;
        const GoldenNetwork golden(name);
        const Weights weights = golden.weights();
        const CLIPTextModel model(weights, golden.config());
        QVERIFY(weights.untaken().empty());
        const at::Tensor states =
            model.forward(golden.input("ids"), golden.input("mask"), {.clip_skip = clip_skip}).hidden;
        COMPARE_TENSORS(states, golden.output("clip_skip_" + std::to_string(clip_skip)), float32_tolerance);
    }

    void laterTokensDoNotReachEarlierOnes() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("clip_prefixed");
        const CLIPTextModel model(golden.weights(), golden.config());
        const at::Tensor ids = golden.input("ids").clone();
        const at::Tensor before = model.forward(ids, {}, {}).hidden;
        ids.select(1, 6).fill_(11);
        const at::Tensor after = model.forward(ids, {}, {}).hidden;
        QVERIFY(at::equal(before.slice(1, 0, 6), after.slice(1, 0, 6)));
        QVERIFY(!at::equal(before.slice(1, 6), after.slice(1, 6)));
    }

    void aTextIsReadAtItsEnd() {
        const GoldenNetwork golden("clip_plain");
        Json config = golden.config();
        const std::vector<int64_t> ids = {38, 3, 39, 5, 39, 40};
        config["eos_token_id"] = 39;
        QCOMPARE(CLIPTextModel(golden.weights(), config).end_of(ids), int64_t{2});
        config["eos_token_id"] = 2;  // as early versions of transformers write it: the largest id
        QCOMPARE(CLIPTextModel(golden.weights(), config).end_of(ids), int64_t{5});
        config["eos_token_id"] = 12;
        QCOMPARE(CLIPTextModel(golden.weights(), config).end_of(ids), int64_t{0});  // as argmax() of nothing but zeros
    }

    void refusesWhatItCannotDo() {
        const c10::InferenceMode inference;
        const GoldenNetwork golden("clip_plain");
        const CLIPTextModel model(golden.weights(), golden.config());
        const at::Tensor ids = golden.input("ids");
        QCOMPARE(error_of([&] { model.forward(ids, {}, {.clip_skip = 3}); }),
                 QString("clip_skip must be from 0 to 2 for this model, not 3"));
        QVERIFY(error_of([&] {
                    model.forward(at::cat({ids, ids}, 1), {}, {});
                }).contains("18 ids and the text encoder has 9 positions"));

        Json config = golden.config();
        config["hidden_act"] = "sine";
        QVERIFY(error_of([&] {
                    CLIPTextModel(golden.weights(), config);
                }).contains("he activation \"sine\" is not known; known: "));
        config = golden.config();
        config["num_attention_heads"] = 3;
        QVERIFY(error_of([&] {
                    CLIPTextModel(golden.weights(), config);
                }).contains("cannot be divided into 3 heads (num_attention_heads)"));
        config = golden.config();
        config["num_hidden_layers"] = 4;
        QVERIFY(error_of([&] {
                    CLIPTextModel(golden.weights(), config);
                }).contains("has no tensor \"weights.encoder.layers.3.layer_norm1.weight\""));
    }
};

FANLIGHT_TEST(TstCLIPTextModel)
#include "tst_clip_text_model.moc"
