#include <QTest>

#include "core/batch/names.h"
#include "core/samplers/beta_quantile.h"
#include "core/samplers/prediction.h"
#include "core/samplers/sampler.h"
#include "core/samplers/seeded_noise.h"
#include "tests/core/samplers/reference_loop.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// What a pipeline of the reference asks for in an entry of flow.json.
ScheduleRequest pipeline_request(const Json& entry) {
    const int steps = entry.at("steps");
    return {.steps = steps,
            .flow = true,
            .sigmas = entry.at("even").get<bool>() ? even_sigmas(steps) : std::vector<double>{},
            .image_tokens = entry.at("image_tokens")};
}

std::string text_of(const Json& entry) {
    std::string text;
    for (const char* key : {"sampler", "config", "schedule", "steps", "image_tokens", "even"})
        if (entry.contains(key)) text += entry.at(key).dump() + " ";
    return text;
}

std::vector<double> thousandths(const Sampler& sampler) {
    std::vector<double> rounded;
    for (const double t : sampler.timesteps()) rounded.push_back(std::round(t * 1000) / 1000);
    return rounded;
}

/// The message with which a sampler for a flow is refused.
std::string refusal(const std::string& name, const std::string& schedule, const Json& config, ScheduleRequest request) {
    try {
        make_sampler(name, schedule, config, request);
        return "taken";
    } catch (const Error& error) {
        return error.what();
    }
}

}  // namespace

class TestFlow : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { expected_ = golden("flow.json"); }

    void schedulesAreThoseOfTheReference_data() {
        QTest::addColumn<QString>("sampler");
        for (const char* sampler : {"euler", "heun", "dpmpp_2m", "dpmpp_2s", "unipc"})
            QTest::newRow(sampler) << sampler;
    }

    void schedulesAreThoseOfTheReference() {
        QFETCH(QString, sampler);
        int compared = 0;
        for (const Json& entry : expected_.at("schedules")) {
            if (entry.at("sampler") != sampler.toStdString()) continue;
            const Json& config = expected_.at("configs").at(entry.at("config").get<std::string>());
            const auto made =
                make_sampler(sampler.toStdString(), entry.at("schedule"), config, pipeline_request(entry));
            QVERIFY2(difference(made->timesteps(), unpacked(entry.at("timesteps"))) < 1e-6, text_of(entry).c_str());
            QVERIFY2(difference(made->sigmas(), unpacked(entry.at("sigmas"))) < 3e-7, text_of(entry).c_str());
            QCOMPARE(made->init_noise_sigma(), 1.0);
            ++compared;
        }
        QVERIFY(compared >= 15);
    }

    void everyStepIsTheReferences_data() {
        QTest::addColumn<QByteArray>("loop");
        int number = 0;
        for (const Json& loop : expected_.at("loops")) {
            const std::string name = std::to_string(number++) + " " + loop.at("sampler").get<std::string>() + " " +
                                     loop.at("dtype").get<std::string>();
            QTest::newRow(name.c_str()) << QByteArray::fromStdString(loop.dump());
        }
    }

    void everyStepIsTheReferences() {
        QFETCH(QByteArray, loop);
        const Json expected = Json::parse(loop.begin(), loop.end());
        const auto sampler =
            make_sampler(expected.at("sampler"), "default", expected.at("config"), pipeline_request(expected));
        SeededNoise noise(reference_seeds, {1, 4, 4, 4}, dtype_named(expected.at("dtype")), at::kCPU);
        const double worst = largest_difference(*sampler, noise.draw(), noise, expected.at("x"));
        QVERIFY2(worst <= tolerance_of(expected.at("dtype")), std::to_string(worst).c_str());
    }

    void theFamiliesHaveTheirSchedules() {
        const auto four_steps = [](const Json& config, bool even, std::optional<double> mu = {}) {
            return thousandths(*make_sampler("euler", "default", config,
                                             {.steps = 4,
                                              .flow = true,
                                              .sigmas = even ? even_sigmas(4) : std::vector<double>{},
                                              .image_tokens = 4096,
                                              .mu = mu}));
        };
        using Steps = std::vector<double>;
        const Json dynamic = {{"use_dynamic_shifting", true}, {"shift", 3.0}};
        QCOMPARE(four_steps({{"shift", 3.0}}, false), (Steps{1000, 857.692, 602.151, 8.929}));  // SD 3
        QCOMPARE(four_steps(dynamic, true), (Steps{1000, 904.531, 759.511, 512.844}));          // FLUX.1 dev
        QCOMPARE(four_steps({{"shift", 1.0}}, true), (Steps{1000, 750, 500, 250}));             // FLUX.1 schnell
        QCOMPARE(four_steps({{"shift", 3.0}}, true), (Steps{1000, 900, 750, 500}));             // Z-Image turbo
        QCOMPARE(four_steps(dynamic, true, 2.29118), (Steps{1000, 967.384, 908.144, 767.2}));   // FLUX.2
        QCOMPARE(four_steps(dynamic, true, 1.15), (Steps{1000, 904.531, 759.511, 512.844}));    // Krea 2, distilled
        Json qwen = dynamic;
        qwen.update({{"max_image_seq_len", 8192}, {"max_shift", 0.9}, {"shift_terminal", 0.02}});
        QCOMPARE(four_steps(qwen, true), (Steps{1000, 766.709, 455.614, 20}));  // Qwen-Image
    }

    void simpleIsWhatPipelinesDoAnyway() {
        for (const char* sampler : {"euler", "dpmpp_2m"}) {
            const ScheduleRequest request = {.steps = 5, .flow = true, .sigmas = even_sigmas(5)};
            QCOMPARE(make_sampler(sampler, "simple", {{"shift", 3.0}}, request)->sigmas(),
                     make_sampler(sampler, "default", {{"shift", 3.0}}, request)->sigmas());
        }
    }

    void whoeverIsRecommendedCanFollowTheSchedule() {
        const ScheduleRequest request = {.steps = 5, .flow = true, .sigmas = even_sigmas(5)};
        for (const char* schedule : {"karras", "exponential", "beta"}) {
            const auto expected = make_sampler("euler", schedule, {{"shift", 3.0}}, request)->sigmas();
            for (const char* sampler : {"euler_ancestral", "lcm"}) {
                QCOMPARE(make_sampler(sampler, schedule, {{"shift", 3.0}}, request)->sigmas(), expected);
                const Json file = {{"shift", 3.0}, {"use_" + std::string(schedule) + "_sigmas", true}};
                QCOMPARE(make_sampler(sampler, "default", file, request)->sigmas(), expected);
            }
        }
        QCOMPARE(make_sampler("dpmpp_2m", "simple", {{"shift", 3.0}, {"use_karras_sigmas", true}}, request)->sigmas(),
                 make_sampler("dpmpp_2m", "default", {{"shift", 3.0}}, request)->sigmas());
    }

    /// Of any file that has them, though no flow's own class writes any.
    void theEndsOfAScheduleMayBeTold() {
        const Json file = {{"shift", 3.0}, {"use_karras_sigmas", true}, {"sigma_min", 0.2}, {"sigma_max", 0.9}};
        const auto made = make_sampler("euler", "default", file, {.steps = 4, .flow = true, .sigmas = even_sigmas(4)});
        QVERIFY(std::abs(made->sigmas()[0] - 0.9) < 1e-6 && std::abs(made->sigmas()[3] - 0.2) < 1e-6);
    }

    void namesTellWhichSamplersThereAre() {
        for (const SamplerName& sampler : sampler_names()) {
            const std::string said = refusal(sampler.name, "default", {{"shift", 3.0}}, {.steps = 4, .flow = true});
            QVERIFY2(sampler.flow() ? said == "taken" : said.find("predicts a flow") != std::string::npos,
                     said.c_str());
        }
    }

    void theQuantilesAreThoseOfTheBetaDistribution() {
        QCOMPARE(beta_quantile(0), 0.0);
        QCOMPARE(beta_quantile(0.5), 0.5);
        QCOMPARE(beta_quantile(1), 1.0);
        for (const auto& [share, quantile] :
             {std::pair{0.8, 0.877078}, {0.6, 0.637299}, {0.4, 0.362701}, {0.2, 0.122922}})
            QVERIFY(std::abs(beta_quantile(share) - quantile) < 1e-6);
    }

    void withoutFreshNoiseEulerAncestralIsEuler() {
        const auto last = [](const char* name, std::optional<double> eta) {
            const auto method = make_sampler(name, "default", {{"shift", 3.0}}, {.steps = 5, .eta = eta, .flow = true});
            SeededNoise noise(reference_seeds, {1, 4, 4, 4}, at::kFloat, at::kCPU);
            at::Tensor x = noise.draw();
            for (size_t i = 0; i < method->timesteps().size(); ++i)
                x = method->step((x * 3).sin() - x.mean(), i, x, noise);
            return x;
        };
        const at::Tensor euler = last("euler", {});
        QVERIFY(difference(last("euler_ancestral", 0.0), euler) < 1e-5);
        QVERIFY(difference(last("euler_ancestral", 1.0), euler) > 0.01);
    }

    /// Fresh noise keeps the proportions of picture and noise.
    void eulerAncestralStaysOnTheLevels() {
        const at::Tensor picture = at::full({1, 4, 64, 64}, 0.5);
        const auto method = make_sampler("euler_ancestral", "default", {{"shift", 3.0}}, {.steps = 6, .flow = true});
        SeededNoise noise({{.seed = 5}}, {1, 4, 64, 64}, at::kFloat, at::kCPU);
        at::Tensor x = noise.draw();
        for (size_t i = 0; i + 1 < method->timesteps().size(); ++i) {
            const float sigma = method->sigmas()[i];
            x = method->step((x - picture) / sigma, i, x, noise);
            const float next = method->sigmas()[i + 1];
            QVERIFY(std::abs(x.mean().item<float>() - (1 - next) * 0.5f) < 0.03f);
            QVERIFY(std::abs(x.std().item<float>() / next - 1) < 0.03f);
        }
    }

    void aPerfectNetworkLeadsToItsPicture_data() {
        schedulesAreThoseOfTheReference_data();
        for (const char* sampler : {"lcm", "euler_ancestral"}) QTest::newRow(sampler) << sampler;
    }

    void aPerfectNetworkLeadsToItsPicture() {
        QFETCH(QString, sampler);
        const at::Tensor picture = at::linspace(-1, 1, 64).view({1, 4, 4, 4});
        const auto method =
            make_sampler(sampler.toStdString(), "default", {{"shift", 3.0}}, {.steps = 25, .flow = true});
        SeededNoise noise({{5}}, {1, 4, 4, 4}, at::kFloat, at::kCPU);
        at::Tensor x = noise.draw();
        for (size_t i = 0; i < method->timesteps().size(); ++i) {
            const at::Tensor flow = (x - picture) / method->sigmas()[i];
            QVERIFY(difference(method->predicted(flow, i, x), picture) < 1e-5);
            x = method->step(flow, i, x, noise);
        }
        QVERIFY(difference(x, picture) < 0.02);
    }

    void pureNoiseIsWhereEverySamplerCanBegin_data() {
        QTest::addColumn<QString>("sampler");
        for (const SamplerName& sampler : sampler_names())
            if (sampler.flow()) QTest::newRow(sampler.name.c_str()) << QString::fromStdString(sampler.name);
    }

    /// As Z-Image's pipeline does, which tells all samplers their levels.
    void pureNoiseIsWhereEverySamplerCanBegin() {
        QFETCH(QString, sampler);
        for (int steps = 1; steps <= 9; ++steps) {
            const auto method = make_sampler(sampler.toStdString(), "default", {{"shift", 3.0}},
                                             {.steps = steps, .flow = true, .sigmas = even_sigmas(steps)});
            SeededNoise noise(reference_seeds, {1, 4, 4, 4}, at::kFloat, at::kCPU);
            at::Tensor x = noise.draw();
            for (size_t i = 0; i < method->timesteps().size(); ++i) x = method->step(x.sin() - x.mean(), i, x, noise);
            QVERIFY2(x.isfinite().all().item<bool>(), std::to_string(steps).c_str());
        }
    }

    void theNoiseIsWhatIsLeftOfX() {
        const at::Tensor picture = at::randn({1, 4, 4, 4}), noise = at::randn({1, 4, 4, 4});
        const NoiseLevel level = NoiseLevel::of_flow(0.3f);
        const at::Tensor x = picture * level.alpha + noise * level.sigma;
        QVERIFY(at::allclose(predicted_original(Prediction::Flow, noise - picture, x, level), picture, 1e-5, 1e-5));
        QVERIFY(at::allclose(predicted_noise(Prediction::Flow, noise - picture, x, level), noise, 1e-5, 1e-5));
    }

    void whatDoesNotFitAFlowIsRefused_data() {
        QTest::addColumn<QString>("sampler");
        QTest::addColumn<QString>("schedule");
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const char* sampler, const char* schedule, const char* config,
                            const char* message) { QTest::newRow(name) << sampler << schedule << config << message; };
        const char* const file = "default";
        row("method", "ddim", file, "{}",
            "The sampler ddim cannot sample a model that predicts a flow; euler, euler_ancestral, heun, dpmpp_2m, "
            "dpmpp_2s, deis, unipc and lcm can");
        row("spacing", "euler", "trailing", "{}",
            "The schedule trailing does not apply to a model that predicts a flow; default, karras, exponential, beta "
            "and simple do");
        row("no reference", "euler", "sgm_uniform", "{}",
            "The schedule sgm_uniform does not apply to a model that predicts a flow; default, karras, exponential, "
            "beta and simple do");
        row("karras", "unipc", "karras", "{}",
            "The sampler unipc cannot follow the schedule karras on a model that predicts a flow; euler, "
            "euler_ancestral and lcm can");
        row("karras in the file", "dpmpp_2m", file, R"({"use_karras_sigmas": true})",
            R"(scheduler_config.json: "use_karras_sigmas" is not supported; set it to false or name another sampler)");
        row("prediction", "euler", file, R"({"prediction_type": "epsilon"})",
            R"(scheduler_config.json: "prediction_type" is "epsilon", but must be one of flow_prediction)");
        row("size", "euler", file, R"({"use_dynamic_shifting": true})",
            R"(scheduler_config.json: with "use_dynamic_shifting" the noise depends on the picture's size, which is not known here)");
        row("shift", "heun", file, R"({"shift": 0})",
            R"(scheduler_config.json: "shift" must be from 1e-09 to 1000000000.0, not 0.0)");
        row("terminal", "euler", file, R"({"shift_terminal": 1})",
            R"(scheduler_config.json: "shift_terminal" must be below 1)");
        row("no slope", "euler", file, R"({"max_image_seq_len": 256})",
            R"(scheduler_config.json: "base_image_seq_len" and "max_image_seq_len" must differ)");
        row("inverted", "euler", file, R"({"invert_sigmas": true})",
            R"(scheduler_config.json: "invert_sigmas" is not supported; set it to false or name another sampler)");
        row("two schedules", "euler", file, R"({"use_karras_sigmas": true, "use_beta_sigmas": true})",
            R"(scheduler_config.json: of "use_karras_sigmas", "use_exponential_sigmas" and "use_beta_sigmas" only one may be true)");
        row("noise instead", "unipc", file, R"({"predict_x0": false, "final_sigmas_type": "sigma_min"})",
            R"(scheduler_config.json: "predict_x0" must be true for a model that predicts a flow)");
    }

    void whatDoesNotFitAFlowIsRefused() {
        QFETCH(QString, sampler);
        QFETCH(QString, schedule);
        QFETCH(QString, config);
        QFETCH(QString, message);
        const Json json = Json::parse(config.toStdString());
        QCOMPARE(refusal(sampler.toStdString(), schedule.toStdString(), json, {.steps = 4, .flow = true}),
                 message.toStdString());
    }

    void asManyLevelsAsStepsAreWanted() {
        QCOMPARE(refusal("euler", "default", Json::object(), {.steps = 4, .flow = true, .sigmas = {1, 0.5}}),
                 std::string("4 steps need as many noise levels, not 2"));
    }

private:
    Json expected_;
};

FANLIGHT_TEST(TestFlow)
#include "tst_flow.moc"
