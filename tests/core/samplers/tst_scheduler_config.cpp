#include "core/schedulers/scheduler_config.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "core/base/text.h"
#include "core/batch/names.h"
#include "core/samplers/sampler.h"
#include "tests/support/test.h"

using namespace fanlight;

class TestSchedulerConfig : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void absentKeysGetTheDefaultsOfTheMethod();
    void keysOfOtherClassesAreIgnored();
    void theScheduleOverridesTheFile();
    void aCorrectionIsForTheClassOfTheFile();
    void pythonsInfinityIsReadAsTheDefault();
    void wrongValuesAreNamed_data();
    void wrongValuesAreNamed();
};

void TestSchedulerConfig::absentKeysGetTheDefaultsOfTheMethod() {
    const Json empty = Json::object();
    QVERIFY(SchedulerConfig(empty, "ddim", "default").clip_sample);
    QVERIFY(!SchedulerConfig(empty, "lcm", "default").clip_sample);
    QCOMPARE(SchedulerConfig(empty, "heun", "default").beta_end, 0.012);
    QCOMPARE(SchedulerConfig(empty, "euler", "default").spacing, Spacing::Linspace);
    QCOMPARE(SchedulerConfig(empty, "unipc", "default").solver_type, SolverType::Bh2);
}

void TestSchedulerConfig::keysOfOtherClassesAreIgnored() {
    const Json config = {{"clip_sample", true},
                         {"rescale_betas_zero_snr", true},
                         {"variance_type", "fixed_small"},
                         {"final_sigmas_type", "none"}};
    const SchedulerConfig pndm(config, "pndm", "default");
    QVERIFY(!pndm.clip_sample && !pndm.rescale_betas_zero_snr);
    QVERIFY(!SchedulerConfig({{"variance_type", "fixed_small"}}, "dpmpp_2m", "default").learned_variance);
    QVERIFY(SchedulerConfig({{"solver_type", "bh1"}}, "dpmpp_2m", "default").solver_type == SolverType::Midpoint);
}

void TestSchedulerConfig::theScheduleOverridesTheFile() {
    const Json config = {{"timestep_spacing", "leading"}, {"use_karras_sigmas", true}};
    QCOMPARE(SchedulerConfig(config, "euler", "default").sigma_schedule, SigmaSchedule::Karras);
    QCOMPARE(SchedulerConfig(config, "euler", "exponential").sigma_schedule, SigmaSchedule::Exponential);
    QCOMPARE(SchedulerConfig(config, "ddim", "trailing").spacing, Spacing::Trailing);
    QCOMPARE(SchedulerConfig(config, "euler", "sgm_uniform").sigma_schedule, SigmaSchedule::SgmUniform);
    QCOMPARE(SchedulerConfig({{"use_beta_sigmas", true}}, "unipc", "default").sigma_schedule, SigmaSchedule::Beta);
    QCOMPARE(SchedulerConfig(Json::object(), "restart", "default").sigma_schedule, SigmaSchedule::Karras);
    QCOMPARE(SchedulerConfig(Json::object(), "restart", "trailing").sigma_schedule, SigmaSchedule::Interpolated);
}

/// What a pipeline corrects where the file says nothing, from_config() does not pass on.
void TestSchedulerConfig::aCorrectionIsForTheClassOfTheFile() {
    const Json config = {{"_class_name", "DDIMScheduler"}, {own_class_keys, {{"steps_offset", 1}}}};
    QCOMPARE(SchedulerConfig(config, "ddim", "default").steps_offset, 1);
    QCOMPARE(SchedulerConfig(config, "euler", "default").steps_offset, 0);
    QCOMPARE(SchedulerConfig({{"_class_name", "DDIMScheduler"}, {own_class_keys, 1}}, "ddim", "default").steps_offset,
             0);
}

void TestSchedulerConfig::pythonsInfinityIsReadAsTheDefault() {
    const QTemporaryDir folder;
    const std::string file = folder.filePath("scheduler_config.json").toStdString();
    std::ofstream(file) << "{\"lambda_min_clipped\": -Infinity, \"solver_order\": 3}";
    const SchedulerConfig config(read_python_json_file(file), "dpmpp_2m", "default");
    QCOMPARE(config.lambda_min_clipped, -std::numeric_limits<double>::infinity());
    QCOMPARE(config.solver_order, 3);
}

void TestSchedulerConfig::wrongValuesAreNamed_data() {
    QTest::addColumn<QString>("sampler");
    QTest::addColumn<QString>("schedule");
    QTest::addColumn<QString>("config");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const char* sampler, const char* schedule, const char* config,
                        const char* message) { QTest::newRow(name) << sampler << schedule << config << message; };
    const char* const file = "default";
    row("betas", "euler", file, R"({"beta_schedule": "sigmoid"})",
        R"(scheduler_config.json: "beta_schedule" is "sigmoid", but must be one of linear, scaled_linear and squaredcos_cap_v2)");
    row("prediction", "ddim", file, R"({"prediction_type": "flow_prediction"})",
        R"(scheduler_config.json: "prediction_type" is "flow_prediction", but must be one of epsilon, sample and v_prediction)");
    row("sample", "pndm", file, R"({"prediction_type": "sample"})",
        R"(scheduler_config.json: "prediction_type" is "sample", but the sampler pndm takes epsilon and v_prediction only)");
    row("algorithm", "dpmpp_2m", file, R"({"algorithm_type": "dpmsolver"})",
        R"(scheduler_config.json: "algorithm_type" is "dpmsolver", but must be one of deis, dpmsolver++ and sde-dpmsolver++)");
    row("type", "ddim", file, R"({"beta_start": "0.1"})",
        R"(scheduler_config.json: "beta_start" has the wrong type (string))");
    row("flag", "ddim", file, R"({"clip_sample": 1})",
        R"(scheduler_config.json: "clip_sample" has the wrong type (number))");
    row("fraction", "ddim", file, R"({"num_train_timesteps": 99.5})",
        R"(scheduler_config.json: "num_train_timesteps" must be a whole number of at most 64 bits, not 99.5)");
    row("huge", "ddim", file, R"({"num_train_timesteps": 99999999999999999999})",
        R"(scheduler_config.json: "num_train_timesteps" must be a whole number of at most 64 bits, not 1e+20)");
    row("order", "unipc", file, R"({"solver_order": 4})",
        R"(scheduler_config.json: "solver_order" must be from 1 to 3, not 4)");
    row("flow", "unipc", "karras", R"({"use_flow_sigmas": true})",
        R"(scheduler_config.json: "use_flow_sigmas" is not supported; set it to false or name another sampler)");
    row("both", "heun", file, R"({"use_karras_sigmas": true, "use_exponential_sigmas": true})",
        R"(scheduler_config.json: of "use_karras_sigmas", "use_exponential_sigmas" and "use_beta_sigmas" only one may be true)");
    row("negative sigma", "euler", file, R"({"use_karras_sigmas": true, "sigma_min": -1})",
        R"(scheduler_config.json: "sigma_min" must be from 1e-09 to 1000000000.0, not -1.0)");
    row("endless solver", "unipc", file, R"({"lower_order_final": false})",
        R"(scheduler_config.json: unipc cannot end at "final_sigmas_type" zero with "predict_x0" or "lower_order_final" false; name sigma_min)");
    row("clipped to nothing", "dpmpp_2m", file, R"({"lambda_min_clipped": 50})",
        R"(scheduler_config.json: "lambda_min_clipped" leaves no training step; choose a lower one)");
    row("hostile betas", "euler", file, R"({"beta_start": -1, "beta_end": 3})",
        R"(scheduler_config.json: "beta_start" must be from 0.0 to 1.0, not -1.0)");
    row("huge betas", "euler", file, R"({"beta_end": 1e308})",
        R"(scheduler_config.json: "beta_end" must be from 0.0 to 1.0, not 1e+308)");
    row("trained on nothing", "euler", file, R"({"trained_betas": [0.1, -1]})",
        R"(scheduler_config.json: "trained_betas" must be two numbers at least, each from 0 to 1)");
    row("clipped at nothing", "ddim", file, R"({"clip_sample_range": 0})",
        R"(scheduler_config.json: "clip_sample_range" must be from 1e-06 to 1000000.0, not 0.0)");
    row("a maximum below zero", "ddim", file, R"({"sample_max_value": -1})",
        R"(scheduler_config.json: "sample_max_value" must be from 1e-06 to 1000000.0, not -1.0)");
    row("part of a step", "unipc", file, R"({"disable_corrector": [0.5]})",
        R"(scheduler_config.json: "disable_corrector" must be a list, each a whole number from -2147483648 to 2147483647, not [0.5])");
    row("beyond the end", "ddim", file, R"({"steps_offset": 900})",
        R"(scheduler_config.json: timestep 1650 is not among the 1000 training steps; check "steps_offset", "num_train_timesteps" and "trained_betas")");
    row("no object", "ddim", file, "[]", "scheduler_config.json: must be an object, not array");
    row("variance", "ddpm", file, R"({"variance_type": "learned"})",
        R"(scheduler_config.json: "variance_type" is "learned", but must be one of fixed_large and fixed_small)");
    row("unknown schedule", "ddim", "sgm", "{}",
        ("The schedule \"sgm\" is not known; known are " + listed(names_of(schedule_names())).text()).c_str());
    std::vector<std::string> able;
    for (const SamplerName& name : sampler_names())
        if (name.sigma_schedules) able.push_back(name.name);
    row("no sigma schedule", "ddim", "karras", "{}",
        ("The sampler ddim cannot follow the schedule karras; " + listed(able).text() + " can").c_str());
    row("too few steps", "pndm", file, R"({"skip_prk_steps": false, "num_train_timesteps": 3})",
        "steps must be from 1 to 3 for this model, not 4");
    row("too many for lcm", "lcm", file, R"({"original_inference_steps": 3})",
        R"(The sampler lcm takes at most 3 steps for this model ("original_inference_steps"), not 4)");
}

void TestSchedulerConfig::wrongValuesAreNamed() {
    QFETCH(QString, sampler);
    QFETCH(QString, schedule);
    QFETCH(QString, config);
    QFETCH(QString, message);
    try {
        make_sampler(sampler.toStdString(), schedule.toStdString(), Json::parse(config.toStdString()), {.steps = 4});
        QFAIL("the config was taken");
    } catch (const Error& error) {
        QCOMPARE(QString(error.what()), message);
    }
}

FANLIGHT_TEST(TestSchedulerConfig)
#include "tst_scheduler_config.moc"
