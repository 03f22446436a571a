#include "core/checkpoints/tensor_misfits.h"

#include <QTest>

#include "tests/support/test.h"

using namespace fanlight;

class TstTensorMisfits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keysThatDifferInNumbersAreToldTogether() {
        const TensorMisfits misfits{
            .missing = {"blocks.0.norm1.weight", "blocks.1.norm1.weight", "blocks.12.norm2.bias"},
            .surplus = {"0.1.weight", "3.4.weight"},
            .misshapen = {{"conv.weight", {4, 3}, {4, 4}}}};
        QCOMPARE(
            sentence_of(misfits, "model/unet").text(),
            std::string("model/unet and its config.json belong to different models: it lacks the tensors "
                        "blocks.*.norm1.weight (2) and blocks.12.norm2.bias; these have another shape: conv.weight: "
                        "[4, 3] instead of [4, 4]; it also holds the tensors *.*.weight (2)."));
    }

    void oneKindOfMisfitIsEnough() {
        QCOMPARE(sentence_of({.surplus = {"x"}}, "a").text(),
                 std::string("a and its config.json belong to different models: it also holds the tensors x."));
        QVERIFY(TensorMisfits().empty());
    }

    void aFileHasNoConfig() {
        QCOMPARE(sentence_of({.missing = {"x"}}, "a.safetensors").text(),
                 std::string("a.safetensors holds no network of which all parts fit: it lacks the tensors x."));
    }

    void thousandsOfNamesMakeNoEndlessSentence() {
        TensorMisfits misfits;
        for (int i = 0; i < 5000; ++i) misfits.missing.push_back("layer" + std::to_string(i) + "\n");
        const std::string text = sentence_of(misfits, "a").text();
        QVERIFY2(text.size() < 1500 && text.find("4960 more") != std::string::npos, text.c_str());
    }
};

FANLIGHT_TEST(TstTensorMisfits)
#include "tst_tensor_misfits.moc"
