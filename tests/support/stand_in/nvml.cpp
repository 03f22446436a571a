// A stand-in for NVIDIA's management library (libnvidia-ml.so.1), which shows the cards of $FANLIGHT_STAND_IN. The
// tests put its folder into LD_LIBRARY_PATH. All have the temperature that stands in the file
// $FANLIGHT_STAND_IN_CELSIUS, and draw the power in $FANLIGHT_STAND_IN_WATTS.

#include <nvml.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

#include "tests/support/stand_in/cards.h"

namespace {

using fanlight::stand_in::Card;
using fanlight::stand_in::Machine;

const Machine& machine() {
    static const Machine machine = fanlight::stand_in::machine();
    return machine;
}

/// Handles are addresses of cards.
const Card& card_of(nvmlDevice_t device) { return *reinterpret_cast<const Card*>(device); }

nvmlReturn_t state_of(nvmlDevice_t device) { return static_cast<nvmlReturn_t>(card_of(device).state); }

nvmlReturn_t copy(const std::string& text, char* to, unsigned length) {
    if (text.size() >= length) return NVML_ERROR_INSUFFICIENT_SIZE;
    std::strcpy(to, text.c_str());
    return NVML_SUCCESS;
}

}  // namespace

extern "C" {

nvmlReturn_t nvmlInit_v2() { return static_cast<nvmlReturn_t>(machine().nvml); }
nvmlReturn_t nvmlShutdown() { return NVML_SUCCESS; }

const char* nvmlErrorString(nvmlReturn_t result) {
    return result == NVML_ERROR_LIB_RM_VERSION_MISMATCH ? "Driver/library version mismatch" : "Unknown Error";
}

nvmlReturn_t nvmlSystemGetDriverVersion(char* version, unsigned length) {
    return copy(machine().driver, version, length);
}

nvmlReturn_t nvmlSystemGetCudaDriverVersion_v2(int* version) {
    *version = machine().cuda;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCount_v2(unsigned* count) {
    *count = static_cast<unsigned>(machine().cards.size());
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetHandleByIndex_v2(unsigned index, nvmlDevice_t* device) {
    if (index >= machine().cards.size()) return NVML_ERROR_INVALID_ARGUMENT;
    *device = reinterpret_cast<nvmlDevice_t>(const_cast<Card*>(&machine().cards[index]));
    return state_of(*device);
}

nvmlReturn_t nvmlDeviceGetName(nvmlDevice_t device, char* name, unsigned length) {
    return copy(card_of(device).name, name, length);
}

nvmlReturn_t nvmlDeviceGetUUID(nvmlDevice_t device, char* uuid, unsigned length) {
    return copy(card_of(device).uuid, uuid, length);
}

nvmlReturn_t nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t* pci) {
    *pci = {};
    return copy(card_of(device).bus, pci->busId, sizeof pci->busId);
}

nvmlReturn_t nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t* memory) {
    const Card& card = card_of(device);
    memory->total = static_cast<unsigned long long>(card.memory);
    memory->used = static_cast<unsigned long long>(card.used);
    memory->free = memory->total - memory->used;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTemperature(nvmlDevice_t, nvmlTemperatureSensors_t, unsigned* celsius) {
    *celsius = 40;
    if (const char* file = std::getenv("FANLIGHT_STAND_IN_CELSIUS")) std::ifstream(file) >> *celsius;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetUtilizationRates(nvmlDevice_t, nvmlUtilization_t* busy) {
    *busy = {};
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetPowerUsage(nvmlDevice_t, unsigned* milliwatts) {
    double watts = 60;
    if (const char* file = std::getenv("FANLIGHT_STAND_IN_WATTS")) std::ifstream(file) >> watts;
    *milliwatts = static_cast<unsigned>(watts * 1000);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned* current, unsigned* pending) {
    *current = *pending = card_of(device).mig ? NVML_DEVICE_MIG_ENABLE : NVML_DEVICE_MIG_DISABLE;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMaxMigDeviceCount(nvmlDevice_t, unsigned* count) {
    *count = 7;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetMigDeviceHandleByIndex(nvmlDevice_t device, unsigned index, nvmlDevice_t* slice) {
    if (index >= card_of(device).slices.size()) return NVML_ERROR_NOT_FOUND;
    *slice = reinterpret_cast<nvmlDevice_t>(const_cast<Card*>(&card_of(device).slices[index]));
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetComputeMode(nvmlDevice_t device, nvmlComputeMode_t* mode) {
    *mode = static_cast<nvmlComputeMode_t>(card_of(device).mode);
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetComputeRunningProcesses_v3(nvmlDevice_t device, unsigned* count,
                                                     nvmlProcessInfo_t* processes) {
    *count = card_of(device).process > 0 ? 1 : 0;
    if (*count > 0) *processes = {.pid = card_of(device).process, .usedGpuMemory = 1 << 30};
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetDisplayActive(nvmlDevice_t device, nvmlEnableState_t* active) {
    *active = card_of(device).display ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetTotalEccErrors(nvmlDevice_t device, nvmlMemoryErrorType_t type, nvmlEccCounterType_t,
                                         unsigned long long* count) {
    *count = type == NVML_MEMORY_ERROR_TYPE_UNCORRECTED ? static_cast<unsigned>(card_of(device).ecc_errors) : 0;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetRetiredPagesPendingStatus(nvmlDevice_t device, nvmlEnableState_t* pending) {
    *pending = card_of(device).pages_pending ? NVML_FEATURE_ENABLED : NVML_FEATURE_DISABLED;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetRemappedRows(nvmlDevice_t device, unsigned* corrected, unsigned* uncorrected,
                                       unsigned* pending, unsigned* failed) {
    *corrected = *uncorrected = 0;
    *pending = card_of(device).rows_pending;
    *failed = card_of(device).rows_failed;
    return NVML_SUCCESS;
}

nvmlReturn_t nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int* major, int* minor) {
    *major = card_of(device).major;
    *minor = card_of(device).minor;
    return NVML_SUCCESS;
}
}
