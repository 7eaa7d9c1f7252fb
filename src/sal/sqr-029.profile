# The mock SAL experiment of SQR-029; made by tools/make_sqr029_profile.py.
command 1 ATAOS_command_applyCorrection
 azimuth double	degrees
 elevation double	degrees
command 1 ATAOS_command_applyFocusOffset
 offset float	mm
command 1 ATAOS_command_disableCorrection
 disableAll boolean
 m1 boolean
 m2 boolean
 hexapod boolean
 focus boolean
 moveWhileExposing boolean
command 1 ATAOS_command_enableCorrection
 enableAll boolean
 m1 boolean
 m2 boolean
 hexapod boolean
 focus boolean
 moveWhileExposing boolean
command 1 ATAOS_command_setFocus
 focus float	mm
event 10 ATAOS_logevent_correctionEnabled
 m1 boolean
 m2 boolean
 hexapod boolean
 focus boolean
 moveWhileExposing boolean
event 10 ATAOS_logevent_focusCorrectionCompleted
 focus float	mm
event 10 ATAOS_logevent_focusCorrectionStarted
 focus float	mm
event 10 ATAOS_logevent_heartbeat
 heartbeat boolean
event 10 ATAOS_logevent_hexapodCorrectionCompleted
 azimuth double	degrees
 elevation double	degrees
 hexapod_x float	mm
 hexapod_y float	mm
 hexapod_z float	mm
 hexapod_u float	degrees
 hexapod_v float	degrees
 hexapod_w float	degrees
event 10 ATAOS_logevent_hexapodCorrectionStarted
 azimuth double	degrees
 elevation double	degrees
 hexapod_x float	mm
 hexapod_y float	mm
 hexapod_z float	mm
 hexapod_u float	degrees
 hexapod_v float	degrees
 hexapod_w float	degrees
event 10 ATAOS_logevent_m1CorrectionCompleted
 azimuth double	degrees
 elevation double	degrees
 pressure float	Pa
event 10 ATAOS_logevent_m1CorrectionStarted
 azimuth double	degrees
 elevation double	degrees
 pressure float	Pa
event 10 ATAOS_logevent_m2CorrectionCompleted
 azimuth double	degrees
 elevation double	degrees
 pressure float	Pa
event 10 ATAOS_logevent_m2CorrectionStarted
 azimuth double	degrees
 elevation double	degrees
 pressure float	Pa
event 10 ATAOS_logevent_newFocusValue
 focus float	mm
telemetry 100 ATAOS_timestamp
 timestamp double
command 1 ATArchiver_command_resetFromFault
 value boolean
event 10 ATArchiver_logevent_archiverEntityShutdown
 name string
 identifier double
 timestamp string
 address long
event 10 ATArchiver_logevent_archiverEntityStartup
 name string
 identifier double
 timestamp string
 address long
event 10 ATArchiver_logevent_archiverEntitySummaryState
 name string
 identifier double
 timestamp string
 address long
 currentState string
 previousState string
 executing string
 commandsAvailable string
 configurationsAvailable string
event 10 ATArchiver_logevent_processingStatus
 statusCode long
 description string
event 10 ATArchiver_logevent_settingsApplied
 settings string
 tsXMLVersion string
 tsSALVersion string
 l1dmRepoTag string
telemetry 100 ATArchiver_sequencerHeartbeat
 heartbeat boolean
 priority long
event 10 ATBuilding_logevent_detailedState
 detailedState long
event 10 ATBuilding_logevent_heartbeat
 heartbeat boolean
event 10 ATBuilding_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 ATBuilding_logevent_rejectedCommand
 command string
 state string
 timestamp double
telemetry 100 ATBuilding_loopTime
 loopTime double
telemetry 100 ATBuilding_timestamp
 timestamp double
event 10 ATCalCS_logevent_detailedState
 detailedState long
event 10 ATCalCS_logevent_heartbeat
 heartbeat boolean
event 10 ATCalCS_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 ATCalCS_logevent_rejectedCommand
 command string
 state string
 timestamp double
telemetry 100 ATCalCS_loopTime
 loopTime double
telemetry 100 ATCalCS_timestamp
 timestamp double
telemetry 100 ATCamera_bonnShutter
 shutter5V float	volt
 shutter36V float	volt
command 1 ATCamera_command_clear
 nClears long
command 1 ATCamera_command_disableCalibration
 value boolean
command 1 ATCamera_command_discardRows
 nRows long
command 1 ATCamera_command_enableCalibration
 value boolean
command 1 ATCamera_command_endImage
 value boolean
command 1 ATCamera_command_initGuiders
 roiSpec string
command 1 ATCamera_command_initImage
 deltaT double
command 1 ATCamera_command_startImage
 imageSequenceName string
 shutter boolean
 science boolean
 guide boolean
 wfs boolean
 timeout double	seconds
command 1 ATCamera_command_takeImages
 numImages long
 expTime double	seconds
 shutter boolean
 science boolean
 guide boolean
 wfs boolean
 imageSequenceName string
telemetry 100 ATCamera_heartbeat
 heartbeat boolean
 priority long
event 10 ATCamera_logevent_bonnShutterSettingsApplied
 version long
 startA float	ms
 startB float	ms
 travelDistance float	mm
 startVelocity float	Steps/s
 acceleration float	m/s^2
 maxVelocity float	Steps/s
 threshold float	Steps
 shutterVersion string
 firmwareVersion string
event 10 ATCamera_logevent_calibrationDetailedState
 substate enum DISABLED,ENABLED,INTEGRATING
event 10 ATCamera_logevent_ccsCommandState
 substate enum IDLE,BUSY
event 10 ATCamera_logevent_endOfImageTelemetry
 imageSequenceName string
 imagesInSequence long
 imageName string
 imageIndex long
 timeStamp double	seconds
 exposureTime double	seconds
event 10 ATCamera_logevent_endReadout
 imageSequenceName string
 imagesInSequence long
 imageName string
 imageIndex long
 timeStamp double	seconds
 exposureTime double	seconds
event 10 ATCamera_logevent_endShutterClose
event 10 ATCamera_logevent_endShutterOpen
event 10 ATCamera_logevent_endTakeImage
event 10 ATCamera_logevent_imageReadinessDetailedState
 substate enum READY,NOT_READY,GETTING_READY
event 10 ATCamera_logevent_imageReadoutParameters
 imageName string
 ccdNames string
 ccdType enum E2V,ITL
 overRows long
 overCols long
 readRows long
 readCols long
 readCols2 long
 preCols long
 preRows long
 postCols long
event 10 ATCamera_logevent_notReadyToTakeImage
event 10 ATCamera_logevent_offlineDetailedState
 substate enum OFFLINE_AVAILABLE,OFFLINE_PUBLISH_ONLY
event 10 ATCamera_logevent_prepareToTakeImage
event 10 ATCamera_logevent_raftsDetailedState
 substate enum NEEDS_CLEAR,CLEARING,INTEGRATING,READING_OUT,QUIESCENT
event 10 ATCamera_logevent_readyToTakeImage
event 10 ATCamera_logevent_settingsApplied
 settings string
 version long
 wrebSettingsVersion string
 bonnShutterSettingsVersion string
event 10 ATCamera_logevent_shutterDetailedState
 substate enum CLOSED,OPEN,CLOSING,OPENING
event 10 ATCamera_logevent_shutterMotionProfile
 measuredExposureTime double	seconds
event 10 ATCamera_logevent_startIntegration
 imageSequenceName string
 imagesInSequence long
 imageName string
 imageIndex long
 timeStamp double	seconds
 exposureTime double	seconds
event 10 ATCamera_logevent_startReadout
 imageSequenceName string
 imagesInSequence long
 imageName string
 imageIndex long
 timeStamp double	seconds
 exposureTime double	seconds
event 10 ATCamera_logevent_startShutterClose
event 10 ATCamera_logevent_startShutterOpen
event 10 ATCamera_logevent_wrebSettingsApplied
 version long
 sequencerKey string
 daqVersion long
 firmwareVersion long
 aspic0_af1 long
 aspic0_clamp long
 aspic0_gain long
 aspic0_rc long
 aspic0_tm long
 aspic1_af1 long
 aspic1_clamp long
 aspic1_gain long
 aspic1_rc long
 aspic1_tm long
 bias0_csGate long
 bias0_csGateP long
 bias0_gd long
 bias0_gdP long
 bias0_od long
 bias0_odP long
 bias0_og long
 bias0_ogP long
 bias0_ogSh long
 bias0_rd long
 bias0_rdP long
 dac_csGate long
 dac_pclkHigh long
 dac_pclkHighP long
 dac_pclkHighSh long
 dac_pclkLow long
 dac_pclkLowP long
 dac_pclkLowSh long
 dac_rgHigh long
 dac_rgHighP long
 dac_rgHighSh long
 dac_rgLow long
 dac_rgLowP long
 dac_rgLowSh long
 dac_sclkHigh long
 dac_sclkHighP long
 dac_sclkHighSh long
 dac_sclkLow long
 dac_sclkLowP long
 dac_sclkLowSh long
telemetry 100 ATCamera_wreb
 ckPSH_V float	volt
 ckPOV float	volt
 ogoV float	volt
 temp1 float	Celsius
 temp2 float	Celsius
 temp3 float	Celsius
 temp4 float	Celsius
 temp5 float	Celsius
 temp6 float	Celsius
 atemp0U float	Celsius
 atemp0L float	Celsius
 ccdTemp0 float	Celsius
 rtdTemp float	Celsius
 digPS_V float	volt
 digPS_I float	milliampere
 anaPS_V float	volt
 anaPS_I float	milliampere
 clkHPS_V float	volt
 clkHPS_I float	milliampere
 odPS_V float	volt
 odPS_I float	milliampere
 htrPS_V float	volt
 htrPS_I float	milliampere
 power float	watt
 sckU_V float	volt
 sckL_V float	volt
 rgU_V float	volt
 rgL_V float	volt
 cks0V float	volt
 rg0V float	volt
 od0V float	volt
 rd0V float	volt
 gd0V float	volt
 od0I float	milliampere
telemetry 100 ATCamera_wrebPower
 digital_V float	volt
 digital_I float	milliampere
 analog_V float	volt
 analog_I float	milliampere
 clkHigh_V float	volt
 clkHigh_I float	milliampere
 clkLow_V float	volt
 clkLow_I float	milliampere
 od_V float	volt
 od_I float	milliampere
 dphi_V float	volt
 dphi_I float	milliampere
 heater_V float	volt
 heater_I float	milliampere
 hvbias_V float	volt
 hvbias_I float	milliampere
event 10 ATDomeTrajectory_logevent_heartbeat
 heartbeat boolean
event 10 ATDomeTrajectory_logevent_settingsApplied
 algorithmName string
 algorithmConfig string
command 1 ATDome_command_closeShutter keyed
 close boolean
command 1 ATDome_command_moveAzimuth keyed
 azimuth float
command 1 ATDome_command_moveShutterDropoutDoor keyed
 dropoutDoorOpening float
command 1 ATDome_command_moveShutterMainDoor keyed
 mainDoorOpening float
command 1 ATDome_command_openShutter keyed
 open boolean
command 1 ATDome_command_stopAzimuth keyed
 value boolean
command 1 ATDome_command_stopMotionAllAxis keyed
 value boolean
command 1 ATDome_command_stopShutter keyed
 value boolean
event 10 ATDome_logevent_allAxisInPosition keyed
 inPosition boolean
event 10 ATDome_logevent_azimuthInPosition keyed
 inPosition boolean
event 10 ATDome_logevent_azimuthMovingDirection keyed
 motionStatus long
event 10 ATDome_logevent_azimuthState keyed
 state long
event 10 ATDome_logevent_detailedState keyed
 detailedState long
event 10 ATDome_logevent_dropoutDoorState keyed
 state long
event 10 ATDome_logevent_emergencyStop keyed
 active boolean
event 10 ATDome_logevent_heartbeat keyed
 heartbeat boolean
event 10 ATDome_logevent_internalStatus keyed
 code long
event 10 ATDome_logevent_loopTimeOutOfRange keyed
 loopTimeOutOfRange boolean
event 10 ATDome_logevent_mainDoorState keyed
 state long
event 10 ATDome_logevent_rejectedCommand keyed
 command string
 state string
 timestamp double
event 10 ATDome_logevent_scbLink keyed
 active boolean
event 10 ATDome_logevent_settingsAppliedDomeController keyed
 rainSensorActivated boolean
 cloudSensorActivated boolean
 tolerance float
 highSpeedDistance float
 learnManual long
 watchdogTimer float
 reversalDelay float
 autoShutdownActivated boolean
event 10 ATDome_logevent_settingsAppliedDomeTcp keyed
 ip string
 portRange long
 readTimeout float
 writeTimeout float
 connectionTimeout float
event 10 ATDome_logevent_shutterInPosition keyed
 inPosition boolean
telemetry 100 ATDome_loopTime keyed
 loopTime double
telemetry 100 ATDome_position keyed
 dropoutOpeningPercentage float
 mainDoorOpeningPercentage float
 azimuthPosition double
 dropoutOpeningPercentageSet float
 mainDoorOpeningPercentageSet float
 azimuthPositionSet double
telemetry 100 ATDome_timestamp keyed
 timestamp double
command 1 ATEEC_command_applyTemperatureSetpoint
 setpoint double
command 1 ATEEC_command_disableControl
 disableControl boolean
command 1 ATEEC_command_setToDayTime
 setDayTime boolean
command 1 ATEEC_command_setToNightTime
 setNightTime boolean
event 10 ATEEC_logevent_detailedState
 detailedState long
event 10 ATEEC_logevent_heartbeat
 heartbeat boolean
event 10 ATHeaderService_logevent_heartbeat
 heartbeat boolean
event 10 ATHeaderService_logevent_largeFileObjectAvailable
 url string
 generator string
 version float
 checkSum string
 mimeType string
 byteSize long
 id string
event 10 ATHeaderService_logevent_rejectedCommand
 commandValue int
 detailedState long
 timestamp double
event 10 ATHeaderService_logevent_settingsApplied
 settings string
command 1 ATHexapod_command_applyPositionLimits
 xyMax double	um
 zMin double	um
 zMax double	um
 uvMax double	deg
 wMin double	deg
 wMax double	deg
command 1 ATHexapod_command_applyPositionOffset
 x double	um
 y double	um
 z double	um
 u double	deg
 v double	deg
 w double	deg
command 1 ATHexapod_command_moveToPosition
 x double	um
 y double	um
 z double	um
 u double	deg
 v double	deg
 w double	deg
command 1 ATHexapod_command_pivot
 x double	um
 y double	um
 z double	um
command 1 ATHexapod_command_setMaxSpeeds
 xyMax double	um/s
 rxryMax double	deg/s
 zMax double	um/s
 rzMax double	deg/s
command 1 ATHexapod_command_stopAllAxes
 stopAllAxes boolean
event 10 ATHexapod_logevent_detailedState
 detailedState long
event 10 ATHexapod_logevent_heartbeat
 heartbeat boolean
event 10 ATHexapod_logevent_inPosition
 inPosition boolean
 timestamp double
event 10 ATHexapod_logevent_positionUpdate
 positionX double	mm
 positionY double	mm
 positionZ double	mm
 positionU double	deg
 positionV double	deg
 positionW double	deg
event 10 ATHexapod_logevent_readyForCommand
 ready boolean
event 10 ATHexapod_logevent_settingsAppliedPivot
 pivotX double	mm
 pivotY double	mm
 pivotZ double	mm
event 10 ATHexapod_logevent_settingsAppliedPositionLimits
 limitXYMax double	mm
 limitZMin double	mm
 limitZMax double	mm
 limitUVMax double	deg
 limitWMin double	deg
 limitWMax double	deg
event 10 ATHexapod_logevent_settingsAppliedTcp
 ip string
 port long
 readTimeout float
 writeTimeout float
 connectionTimeout float
event 10 ATHexapod_logevent_settingsAppliedVelocities
 velocityXYMax double	mm/s
 velocityRxRyMax double	deg/s
 velocityZMax double	mm/s
 velocityRzMax double	deg/s
telemetry 100 ATHexapod_positionStatus
 setpointPosition double[6]
 reportedPosition double[6]
 positionFollowingError double[6]
command 1 ATMCS_command_setInstrumentPort
 port long
command 1 ATMCS_command_startTracking
 activate boolean
command 1 ATMCS_command_stopTracking
 stop boolean
command 1 ATMCS_command_trackTarget
 azimuth double
 azimuthDirection long
 azimuthVelocity double
 elevation double
 elevationVelocity double
 nasmyth1RotatorAngle double
 nasmyth1RotatorAngleVelocity double
 nasmyth2RotatorAngle double
 nasmyth2RotatorAngleVelocity double
 time double
 trackId long
event 10 ATMCS_logevent_allAxesInPosition
 inPosition boolean
event 10 ATMCS_logevent_atMountState
 state long
event 10 ATMCS_logevent_azimuthBrake1
 engage boolean
event 10 ATMCS_logevent_azimuthBrake2
 engage boolean
event 10 ATMCS_logevent_azimuthDrive1Status
 enable boolean
event 10 ATMCS_logevent_azimuthDrive2Status
 enable boolean
event 10 ATMCS_logevent_azimuthInPosition
 inPosition boolean
event 10 ATMCS_logevent_azimuthLimitSwitchCCW
 active boolean
event 10 ATMCS_logevent_azimuthLimitSwitchCW
 active boolean
event 10 ATMCS_logevent_azimuthToppleBlockCCW
 active boolean
event 10 ATMCS_logevent_azimuthToppleBlockCW
 active boolean
event 10 ATMCS_logevent_detailedState
 detailedState long
event 10 ATMCS_logevent_elevationBrake
 engage boolean
event 10 ATMCS_logevent_elevationDriveStatus
 enable boolean
event 10 ATMCS_logevent_elevationInPosition
 inPosition boolean
event 10 ATMCS_logevent_elevationLimitSwitchLower
 active boolean
event 10 ATMCS_logevent_elevationLimitSwitchUpper
 active boolean
event 10 ATMCS_logevent_m3DriveStatus
 enable boolean
event 10 ATMCS_logevent_m3InPosition
 inPosition boolean
event 10 ATMCS_logevent_m3PortSelected
 selected long
event 10 ATMCS_logevent_m3RotatorDetentLimitSwitch
 nasmyth1DetentActive boolean
 port3DetentActive boolean
 nasmyth2DetentActive boolean
event 10 ATMCS_logevent_m3RotatorLimitSwitchCCW
 active boolean
event 10 ATMCS_logevent_m3RotatorLimitSwitchCW
 active boolean
event 10 ATMCS_logevent_m3State
 state long
event 10 ATMCS_logevent_nasmyth1Brake
 engage boolean
event 10 ATMCS_logevent_nasmyth1DriveStatus
 enable boolean
event 10 ATMCS_logevent_nasmyth1LimitSwitchCCW
 active boolean
event 10 ATMCS_logevent_nasmyth1LimitSwitchCW
 active boolean
event 10 ATMCS_logevent_nasmyth1RotatorInPosition
 inPosition boolean
event 10 ATMCS_logevent_nasmyth2Brake
 engage boolean
event 10 ATMCS_logevent_nasmyth2DriveStatus
 enable boolean
event 10 ATMCS_logevent_nasmyth2LimitSwitchCCW
 active boolean
event 10 ATMCS_logevent_nasmyth2LimitSwitchCW
 active boolean
event 10 ATMCS_logevent_nasmyth2RotatorInPosition
 inPosition boolean
telemetry 100 ATMCS_measuredMotorVelocity
 elevationMotorVelocity double
 azimuthMotor1Velocity double
 azimuthMotor2Velocity double
 nasmyth1MotorVelocity double
 nasmyth2MotorVelocity double
telemetry 100 ATMCS_measuredTorque
 elevationMotorTorque double
 azimuthMotor1Torque double
 azimuthMotor2Torque double
 nasmyth1MotorTorque double
 nasmyth2MotorTorque double
telemetry 100 ATMCS_mountEncoders
 nasmyth1CalculatedAngle double
 azimuthCalculatedAngle double
 nasmyth2CalculatedAngle double
 elevationCalculatedAngle double
 elevationEncoder1Raw long
 elevationEncoder2Raw long
 elevationEncoder3Raw long
 azimuthEncoder1Raw long
 azimuthEncoder2Raw long
 azimuthEncoder3Raw long
 nasmyth1Encoder1Raw long
 nasmyth1Encoder2Raw long
 nasmyth1Encoder3Raw long
 nasmyth2Encoder1Raw long
 nasmyth2Encoder2Raw long
 nasmyth2Encoder3Raw long
 trackId long
telemetry 100 ATMCS_mountMotorEncoders
 elevationEncoder double
 azimuth1Encoder double
 azimuth2Encoder double
 nasmyth1Encoder double
 nasmyth2Encoder double
 elevationEncoderRaw long
 azimuth1EncoderRaw long
 azimuth2EncoderRaw long
 nasmyth1EncoderRaw long
 nasmyth2EncoderRaw long
telemetry 100 ATMCS_torqueDemand
 elevationMotorTorque double
 azimuthMotor1Torque double
 azimuthMotor2Torque double
 nasmyth1MotorTorque double
 nasmyth2MotorTorque double
command 1 ATMonochromator_command_calibrateWavelength
 wavelength float
command 1 ATMonochromator_command_changeSlitWidth
 slit enum slit_Slit_FrontEntrance,slit_Slit_FrontExit
 slitWidth float
command 1 ATMonochromator_command_changeWavelength
 wavelength float
command 1 ATMonochromator_command_power
 power boolean
command 1 ATMonochromator_command_selectGrating
 gratingType enum gratingType_Grating_Blue,gratingType_Grating_Red,gratingType_Grating_Mirror
command 1 ATMonochromator_command_updateMonochromatorSetup
 gratingType enum gratingType_Grating_Blue,gratingType_Grating_Red,gratingType_Grating_Mirror
 fontExitSlitWidth double
 fontEntranceSlitWidth double
 wavelength double
event 10 ATMonochromator_logevent_detailedState
 detailedState enum detailedState_DetailedState_DisabledState,detailedState_DetailedState_EnabledState,detailedState_DetailedState_FaultState,detailedState_DetailedState_OfflineState,detailedState_DetailedState_StandbyState,detailedState_DetailedState_MonoSettingUpState,detailedState_DetailedState_StoppedState,detailedState_DetailedState_StoppedCoolerOffState,detailedState_DetailedState_StoppedLightOffState,detailedState_DetailedState_StoppedLightOnState,detailedState_DetailedState_MonoManualSetup,detailedState_DetailedState_MonoAutomaticSetup
event 10 ATMonochromator_logevent_heartbeat
 heartbeat boolean
event 10 ATMonochromator_logevent_inPosition
 inPosition boolean
 device enum device_Device_Monochromator,device_Device_LightSource,device_Device_ThermoelectricCooler
event 10 ATMonochromator_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 ATMonochromator_logevent_monochromatorConnected
 connected boolean
event 10 ATMonochromator_logevent_rejectedCommand
 commandValue int
 detailedState enum detailedState_DetailedState_DisabledState,detailedState_DetailedState_EnabledState,detailedState_DetailedState_FaultState,detailedState_DetailedState_OfflineState,detailedState_DetailedState_StandbyState,detailedState_DetailedState_MonoSettingUpState,detailedState_DetailedState_StoppedState,detailedState_DetailedState_StoppedCoolerOffState,detailedState_DetailedState_StoppedLightOffState,detailedState_DetailedState_StoppedLightOnState,detailedState_DetailedState_MonoManualSetup,detailedState_DetailedState_MonoAutomaticSetup
 timestamp double
event 10 ATMonochromator_logevent_selectedGrating
 gratingType enum gratingType_Grating_Blue,gratingType_Grating_Red,gratingType_Grating_Mirror
 timestamp double
event 10 ATMonochromator_logevent_settingsAppliedLoop
 period double
 periodAllowedJitter double
event 10 ATMonochromator_logevent_settingsAppliedMonoCommunication
 ip string
 portRange long
 readTimeout float
 writeTimeout float
 connectionTimeout float
event 10 ATMonochromator_logevent_settingsAppliedMonoHeartbeat
 period float
 timeout float
event 10 ATMonochromator_logevent_settingsAppliedMonochromatorRanges
 wavelengthGR1 float
 wavelengthGR1_GR2 float
 wavelengthGR2 float
 minSlitWidth float
 maxSlitWidth float
 minWavelength float
 maxWavelength float
event 10 ATMonochromator_logevent_slitWidth
 slit enum slit_Slit_FrontEntrance,slit_Slit_FrontExit
 slitPosition float
 timestamp double
event 10 ATMonochromator_logevent_wavelength
 wavelength float
 timestamp double
telemetry 100 ATMonochromator_loopTime
 loopTime double
telemetry 100 ATMonochromator_timestamp
 timestamp double
command 1 ATPneumatics_command_closeInstrumentAirValve
 close boolean
command 1 ATPneumatics_command_closeM1CellVents
 close boolean
command 1 ATPneumatics_command_closeM1Cover
 close boolean
command 1 ATPneumatics_command_closeMasterAirSupply
 close boolean
command 1 ATPneumatics_command_m1CloseAirValve
 close boolean
command 1 ATPneumatics_command_m1OpenAirValve
 open boolean
command 1 ATPneumatics_command_m1SetPressure
 pressure double
command 1 ATPneumatics_command_m2CloseAirValve
 close boolean
command 1 ATPneumatics_command_m2OpenAirValve
 open boolean
command 1 ATPneumatics_command_m2SetPressure
 pressure double
command 1 ATPneumatics_command_openInstrumentAirValve
 open boolean
command 1 ATPneumatics_command_openM1CellVents
 open boolean
command 1 ATPneumatics_command_openM1Cover
 open boolean
command 1 ATPneumatics_command_openMasterAirSupply
 open boolean
telemetry 100 ATPneumatics_loadCell
 cellLoad double
event 10 ATPneumatics_logevent_cellVentsState
 state long
event 10 ATPneumatics_logevent_detailedState
 detailedState long
event 10 ATPneumatics_logevent_eStopTriggered
 triggered boolean
event 10 ATPneumatics_logevent_instrumentState
 state long
event 10 ATPneumatics_logevent_m1CoverLimitSwitches
 cover1ClosedActive boolean
 cover2ClosedActive boolean
 cover3ClosedActive boolean
 cover4ClosedActive boolean
 cover1OpenedActive boolean
 cover2OpenedActive boolean
 cover3OpenedActive boolean
 cover4OpenedActive boolean
event 10 ATPneumatics_logevent_m1CoverPosition
 position long
event 10 ATPneumatics_logevent_m1CoverState
 state long
event 10 ATPneumatics_logevent_m1State
 state long
event 10 ATPneumatics_logevent_m1VentsLimitSwitches
 ventsClosedActive boolean
 ventsOpenedActive boolean
event 10 ATPneumatics_logevent_m1VentsPosition
 position long
event 10 ATPneumatics_logevent_m2State
 state long
event 10 ATPneumatics_logevent_mainValveState
 state long
event 10 ATPneumatics_logevent_powerStatus
 powerOnL1 boolean
 powerOnL2 boolean
 powerOnL3 boolean
event 10 ATPneumatics_logevent_resetEStopTriggered
 triggered boolean
telemetry 100 ATPneumatics_m1AirPressure
 pressure double
telemetry 100 ATPneumatics_m2AirPressure
 pressure double
telemetry 100 ATPneumatics_mainAirSourcePressure
 pressure double
command 1 ATSpectrograph_command_changeDisperser
 disperser long
command 1 ATSpectrograph_command_changeFilter
 filter long
command 1 ATSpectrograph_command_homeLinearStage
 value boolean
command 1 ATSpectrograph_command_moveLinearStage
 distanceFromHome double	mm
command 1 ATSpectrograph_command_stopAllAxes
 value boolean
event 10 ATSpectrograph_logevent_detailedState
 detailedState enum detailedState_DetailedState_DisabledState,detailedState_DetailedState_EnabledState,detailedState_DetailedState_FaultState,detailedState_DetailedState_OfflineState,detailedState_DetailedState_StandbyState
event 10 ATSpectrograph_logevent_disperserInPosition
 inPosition boolean
event 10 ATSpectrograph_logevent_filterInPosition
 inPosition boolean
event 10 ATSpectrograph_logevent_fwState
 fwState long
event 10 ATSpectrograph_logevent_gwState
 gwState long
event 10 ATSpectrograph_logevent_heartbeat
 heartbeat boolean
event 10 ATSpectrograph_logevent_linearStageInPosition
 inPosition boolean
event 10 ATSpectrograph_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 ATSpectrograph_logevent_lsState
 lsState long
event 10 ATSpectrograph_logevent_rejectedCommand
 command string
 state string
 timestamp double
event 10 ATSpectrograph_logevent_reportedDisperserPosition
 reportedDisperserPosition long
event 10 ATSpectrograph_logevent_reportedFilterPosition
 reportedFilterPosition long
event 10 ATSpectrograph_logevent_reportedLinearStagePosition
 reportedLinearStagePosition float
event 10 ATSpectrograph_logevent_timeout
 timeout boolean
telemetry 100 ATSpectrograph_loopTime
 loopTime double
telemetry 100 ATSpectrograph_timestamp
 timestamp double
command 1 ATTCS_command_offset
 offsetX double	arcseconds
 offsetY double	arcseconds
command 1 ATTCS_command_spectrographSetup
 grating long
 filter long
 stagePosition double
command 1 ATTCS_command_target
 targetId long
 ra double
 decl double
 skyPositionAngle double
 numOfExposures long
 exposureTime double	seconds
event 10 ATTCS_logevent_detailedState
 detailedState long
event 10 ATTCS_logevent_heartbeat
 heartbeat boolean
event 10 ATTCS_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 ATTCS_logevent_rejectedCommand
 commandValue int
 detailedState long
 timestamp double
event 10 ATTCS_logevent_settingsApplied_Example
 example string
event 10 ATTCS_logevent_spectrographInPosition
 inPosition boolean
event 10 ATTCS_logevent_telescopeInPosition
 inPosition boolean
telemetry 100 ATTCS_loopTime
 loopTime double	ms
telemetry 100 ATTCS_timestamp
 timestamp double
command 1 ATThermoelectricCooler_command_powerChillerOff
 powerOffTime float
command 1 ATThermoelectricCooler_command_powerChillerOn
 powerOn boolean
command 1 ATThermoelectricCooler_command_setTemperature
 temperature float
telemetry 100 ATThermoelectricCooler_fansSpeed
 fan1Speed long
 fan2Speed long
 fan3Speed long
 fan4Speed long
 timestamp double
event 10 ATThermoelectricCooler_logevent_detailedState
 detailedState long
event 10 ATThermoelectricCooler_logevent_deviceErrorCode
 deviceCode long
 timestamp double
event 10 ATThermoelectricCooler_logevent_hardwareWarning
 warning boolean
 timestamp double
event 10 ATThermoelectricCooler_logevent_heartbeat
 heartbeat boolean
event 10 ATThermoelectricCooler_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 ATThermoelectricCooler_logevent_rejectedCommand
 command string
 state string
 timestamp double
event 10 ATThermoelectricCooler_logevent_temperatureReached
 inTemperature boolean
 timestamp double
telemetry 100 ATThermoelectricCooler_loopTime
 loopTime double
telemetry 100 ATThermoelectricCooler_processFlow
 flow float	lpm
 timestamp double
telemetry 100 ATThermoelectricCooler_temperatureSensors
 setTemperature float
 supplyTemperature float
 externalRTD float
 externalThermistor float
 returnTemperature float
 ambientTemperature float
 timestamp double
telemetry 100 ATThermoelectricCooler_timestamp
 timestamp double
telemetry 100 ATThermoelectricCooler_unitUpTime
 upTime long	Minutes
 timestamp double
command 1 ATWhiteLight_command_powerLightOff
 power boolean
command 1 ATWhiteLight_command_powerLightOn
 power boolean
command 1 ATWhiteLight_command_setLightPower
 power float
event 10 ATWhiteLight_logevent_heartbeat
 heartbeat boolean
event 10 ATWhiteLight_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 ATWhiteLight_logevent_rejectedCommand
 commandValue int
 detailedState enum detailedState_detailedState_disabledState,detailedState_detailedState_enabledState,detailedState_detailedState_faultState,detailedState_detailedState_offlineState,detailedState_detailedState_standbyState
 timestamp double
event 10 ATWhiteLight_logevent_whiteLightStatus
 coolingDown boolean
 error boolean
 acceptingCommands boolean
telemetry 100 ATWhiteLight_loopTime
 loopTime double
telemetry 100 ATWhiteLight_timestamp
 timestamp double
telemetry 100 CBP_altitude
 altitude float	Degrees
telemetry 100 CBP_azimuth
 azimuth float	Degrees
command 1 CBP_command_changeMask
 mask string
command 1 CBP_command_clearFault
 clearFault boolean
command 1 CBP_command_moveAltitude
 altitude float	degrees
command 1 CBP_command_moveAzimuth
 azimuth float	degrees
command 1 CBP_command_park
command 1 CBP_command_setFocus
 focus float
telemetry 100 CBP_focus
 focus float
telemetry 100 CBP_mask
 mask string
 mask_rotation float
telemetry 100 CBP_parked
 autoparked float
 parked float
telemetry 100 CBP_status
 panic float
 azimuth float
 altitude float
 mask float
 mask_rotation float
 focus float
event 10 CatchupArchiver_logevent_catchuparchiverEntityShutdown
 name string
 identifier double
 timestamp string
 address long
event 10 CatchupArchiver_logevent_catchuparchiverEntityStartup
 name string
 identifier double
 timestamp string
 address long
event 10 CatchupArchiver_logevent_catchuparchiverEntitySummaryState
 name string
 identifier double
 timestamp string
 address long
 currentState string
 previousState string
 executing string
 commandsAvailable string
 configurationsAvailable string
event 10 CatchupArchiver_logevent_settingsApplied
 settings string
 tsXMLVersion string
 tsSALVersion string
 l1dmRepoTag string
telemetry 100 CatchupArchiver_sequencerHeartbeat
 name string
 identifier float
 timestamp string
event 10 DIMM_logevent_detailedState keyed
 detailedState long
event 10 DIMM_logevent_dimmData keyed
 numFrames long
 spot1Flux long
 splot2Flux long
 spot1RMSFlux long
 spot2RMSFlux long
 spot1MaxInten long
 spot2MaxInten long
 seperationX long	long
 seperationY long
 seperationRMSX double
 seperationRMSY double
 covarianceX double
 covarianceY double
 noiseRMSX double
 noiseRMSY double
 averagePositionX double
 averagePositionY double
 averagePositionRMSX double
 averagePositionRMSY double
 averageFWHMspot1 double
 averageFWHMspot2 double
 averageEllipticityspot1 double
 averageEllipticityspot2 double
 averageBackground double
 backgroundRMS double
event 10 DIMM_logevent_dimmMeasurement keyed
 hrNum long
 timestamp double	seconds
 utDate string
 utTime string
 exposureTime double	seconds
 airmass double
 scanLines long
 seeingCorr float	arcsec
 seeingCorr2 float	arcsec
 seeingCorr6 float	arcsec
 flux long	arcsec
 scintLeft float
 scintRight float
 strehlLeft float
 strehlRight float
 delta float	pixels
event 10 DIMM_logevent_heartbeat keyed
 heartbeat boolean
event 10 DIMM_logevent_loopTimeOutOfRange keyed
 loopTimeOutOfRange boolean
telemetry 100 DIMM_loopTime keyed
 loopTime double
telemetry 100 DIMM_status keyed
 status long
 hrNum long
 altitude float	degrees
 azimuth float	degrees
 ra float	degrees
 decl float	degrees
telemetry 100 DIMM_timestamp keyed
 timestamp double
command 1 DomeADB_command_crawl
 angle double
 demandTime double
command 1 DomeADB_command_echo
 status int
command 1 DomeADB_command_move
 angle double
command 1 DomeADB_command_velocityMove
 direction int
event 10 DomeADB_logevent_accelerationLimitReached
 status boolean
event 10 DomeADB_logevent_accelerationLimitSubsided
 status boolean
event 10 DomeADB_logevent_brakeDisengaged
 brakeId int
event 10 DomeADB_logevent_brakeEngaged
 brakeId int
event 10 DomeADB_logevent_driveDisabled
 driveId int
event 10 DomeADB_logevent_driveDriveFault
 driveId int
 errorCode string
event 10 DomeADB_logevent_driveEnabled
 driveId int
event 10 DomeADB_logevent_driveOverTemp
 driveId int
event 10 DomeADB_logevent_driveReady
 driveId int
event 10 DomeADB_logevent_echoResponse
 response string
event 10 DomeADB_logevent_lockingPinDisengaged
 status boolean
event 10 DomeADB_logevent_lockingPinEngaged
 status boolean
event 10 DomeADB_logevent_motionModeChanged
 newMode int
event 10 DomeADB_logevent_rotationEnabled
 status boolean
event 10 DomeADB_logevent_rotationPrevented
 causeId string
event 10 DomeADB_logevent_speedLimitReached
 status boolean
event 10 DomeADB_logevent_speedLimitSubsided
 status boolean
event 10 DomeADB_logevent_stateChanged
 newState int
telemetry 100 DomeADB_status
 positionError float
 positionActual float
 positionCmd float
 driveTorqueActual float[5]
 driveTorqueError float[5]
 driveTorqueCmd float[5]
 driveCurrentActual float[5]
 driveTempActual float[5]
 encoderHeadRaw float[5]
 encoderHeadCalibrated float[5]
 resolverRaw float[5]
 resolverCalibrated float[5]
command 1 DomeAPS_command_close
 state boolean
command 1 DomeAPS_command_echo
 status boolean
command 1 DomeAPS_command_open
 state boolean
event 10 DomeAPS_logevent_apsSubsystemError
 errorCode string
event 10 DomeAPS_logevent_brakeDisengaged
 brakeId int
event 10 DomeAPS_logevent_brakeEngaged
 brakeId int
event 10 DomeAPS_logevent_centralLockingPinDisengaged
 status boolean
event 10 DomeAPS_logevent_centralLockingPinEngaged
 status boolean
event 10 DomeAPS_logevent_centralLockingPinFloating
 status boolean
event 10 DomeAPS_logevent_centralLockingPinHomed
 status boolean
event 10 DomeAPS_logevent_driveDisabled
 driveId int
event 10 DomeAPS_logevent_driveEnabled
 driveId int
event 10 DomeAPS_logevent_driveFault
 driveId int
 errorCode string
event 10 DomeAPS_logevent_driveReady
 driveId int
event 10 DomeAPS_logevent_echoResponse
 response string
event 10 DomeAPS_logevent_lockingPinDisengaged
 lockingPinID int
event 10 DomeAPS_logevent_lockingPinEngaged
 lockingPinID int
event 10 DomeAPS_logevent_lockingPinFloating
 lockingPinID int
event 10 DomeAPS_logevent_lockingPinHomed
 lockingPinID int
event 10 DomeAPS_logevent_movementEnabled
 status boolean
event 10 DomeAPS_logevent_movementPrevented
 status boolean
event 10 DomeAPS_logevent_stateChanged
 newState int
telemetry 100 DomeAPS_status
 positionError float
 positionActual float
 positionCmd float
 driveTorqueActual float[4]
 driveTorqueError float[4]
 driveTorqueCmd float[4]
 driveCurrentActual float[4]
 driveTempActual float[4]
 resolverHeadRaw float[4]
 resolverHeadCalibrated float[4]
 powerAbsortion float
command 1 DomeLWS_command_crawlLWS
 angle double
 demandTime long
command 1 DomeLWS_command_echoLWS
 state boolean
command 1 DomeLWS_command_moveLWS
 angle double
command 1 DomeLWS_command_velocityMoveLWS
 direction int
event 10 DomeLWS_logevent_LockingPinEngaged
 lockingPinId int
event 10 DomeLWS_logevent_accelerationLimitReached
 status boolean
event 10 DomeLWS_logevent_accelerationLimitSubsided
 status boolean
event 10 DomeLWS_logevent_brakeDisengaged
 brakeId int
event 10 DomeLWS_logevent_brakeEngaged
 brakeId int
event 10 DomeLWS_logevent_driveDisabled
 driveId int
event 10 DomeLWS_logevent_driveEnabled
 driveId int
event 10 DomeLWS_logevent_driveFault
 driveId int
 errorCode string
event 10 DomeLWS_logevent_driveOverTemp
 driveId int
event 10 DomeLWS_logevent_driveReady
 driveId int
event 10 DomeLWS_logevent_echoResponse
 response string
event 10 DomeLWS_logevent_lockingPinDisengaged
 lockingPinId int
event 10 DomeLWS_logevent_lockingPinFloating
 lockingPinId int
event 10 DomeLWS_logevent_lockingPinHomed
 lockingPinId int
event 10 DomeLWS_logevent_motionModeChanged
 newMode int
event 10 DomeLWS_logevent_movementEnabled
 status boolean
event 10 DomeLWS_logevent_movementPrevented
 causeId string
event 10 DomeLWS_logevent_speedLimitReached
 status boolean
event 10 DomeLWS_logevent_speedLimitSubsided
 status boolean
event 10 DomeLWS_logevent_stateChanged
 newState int
event 10 DomeLWS_logevent_subsystemError
 errorCode string
telemetry 100 DomeLWS_status
 positionError float
 positionActual float
 positionCmd float
 driveTorqueActual float[2]
 driveTorqueError float[2]
 driveTorqueCmd float[2]
 driveCurrentActual float[2]
 driveTempActual float[2]
 encoderHeadRaw float[2]
 encoderHeadCalibrated float[2]
 resolverRaw float[2]
 resolverCalibrated float[2]
 powerAbsortion float
command 1 DomeLouvers_command_echo
 louverId int
command 1 DomeLouvers_command_setPosition
 louverId int
 position int
event 10 DomeLouvers_logevent_driveDisabled
 louverId int
 driveId int
event 10 DomeLouvers_logevent_driveEnabled
 louverId int
 driveId int
event 10 DomeLouvers_logevent_driveFault
 louverId int
 driveId int
 errorCode string
event 10 DomeLouvers_logevent_driveOverTemp
 louverId int
 driveId int
event 10 DomeLouvers_logevent_driveReady
 louverId int
 driveId int
event 10 DomeLouvers_logevent_echoResponse
 louverId int
 response string
event 10 DomeLouvers_logevent_movementEnabled
 louverId int
event 10 DomeLouvers_logevent_movementPrevented
 louverId int
 causeId string
event 10 DomeLouvers_logevent_stateChanged
 louverId int
 newState int
event 10 DomeLouvers_logevent_subsystemError
 louverId int
 errorCode string
telemetry 100 DomeLouvers_status
 positionError float[34]
 positionActual float[34]
 positionCmd float[34]
 driveTorqueActual float[68]
 driveTorqueError float[68]
 driveTorqueCmd float[68]
 driveCurrentActual float[68]
 driveTempActual float[68]
 encoderHeadRaw float[68]
 encoderHeadCalibrated float[68]
 powerAbsortion float
command 1 DomeMONCS_command_echo
 state int
event 10 DomeMONCS_logevent_echoResponse
 response string
event 10 DomeMONCS_logevent_interlock
 detail string
event 10 DomeMONCS_logevent_stateChanged
 newState int
event 10 DomeMONCS_logevent_subsystemError
 errorCode string
telemetry 100 DomeMONCS_status
 data float[16]
command 1 DomeTHCS_command_echo
 status int
event 10 DomeTHCS_logevent_echoResponse
 response string
event 10 DomeTHCS_logevent_movementEnabled
 status boolean
event 10 DomeTHCS_logevent_movementPrevented
 causeId string
event 10 DomeTHCS_logevent_stateChanged
 newState int
event 10 DomeTHCS_logevent_subsystemError
 errorCode string
telemetry 100 DomeTHCS_status
 data float[16]
command 1 Dome_command_closeShutter
 state boolean
command 1 Dome_command_crawl
 azPosition double
 elPosition double
 demandTime double
command 1 Dome_command_move
 azimuth double
 elevation double
command 1 Dome_command_openShutter
 state boolean
command 1 Dome_command_park
 state boolean
command 1 Dome_command_setLouvers
 position int[34]
command 1 Dome_command_stopShutter
 state boolean
event 10 Dome_logevent_stateChanged
 newState int
telemetry 100 Dome_summary
 example boolean[16]
event 10 EAS_logevent_detailedState keyed
 detailedState long
event 10 EAS_logevent_heartbeat keyed
 heartbeat boolean
event 10 EAS_logevent_loopTimeOutOfRange keyed
 loopTimeOutOfRange boolean
event 10 EAS_logevent_rejectedCommand keyed
 command string
 state string
 timestamp double
telemetry 100 EAS_loopTime keyed
 loopTime double
telemetry 100 EAS_timestamp keyed
 timestamp double
event 10 EFDTransformationServer_logevent_detailedState
 detailedState long
event 10 EFDTransformationServer_logevent_heartbeat
 heartbeat boolean
event 10 EFDTransformationServer_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 EFDTransformationServer_logevent_rejectedCommand
 command string
 state string
 timestamp double
telemetry 100 EFDTransformationServer_loopTime
 loopTime double
telemetry 100 EFDTransformationServer_timestamp
 timestamp double
telemetry 100 EFD_Summary
 size long
event 10 EFD_logevent_largeFileObjectAvailable
 byteSize long
 checksum string
 generator string
 mimeType string
 url string
 version float
 id string
command 1 Electrometer_command_performZeroCalib keyed
 value boolean
command 1 Electrometer_command_setDigitalFilter keyed
 activateAvgFilter boolean
 activateFilter boolean
 activateMedFilter boolean
command 1 Electrometer_command_setIntegrationTime keyed
 intTime float
command 1 Electrometer_command_setMode keyed
 mode long
command 1 Electrometer_command_setRange keyed
 setRange float
command 1 Electrometer_command_startScan keyed
 value boolean
command 1 Electrometer_command_startScanDt keyed
 scanDuration float
command 1 Electrometer_command_stopScan keyed
 value boolean
event 10 Electrometer_logevent_detailedState keyed
 detailedState long
event 10 Electrometer_logevent_deviceErrorCode keyed
 errorCode long
 errorReport string
event 10 Electrometer_logevent_digitalFilterChange keyed
 activateMedianFilter boolean
 activateAverageFilter boolean
 activateFilter boolean
event 10 Electrometer_logevent_heartbeat keyed
 heartbeat boolean
event 10 Electrometer_logevent_integrationTime keyed
 intTime float
event 10 Electrometer_logevent_intensity keyed
 intensity double
 unit string
 timestamp double
event 10 Electrometer_logevent_largeFileObjectAvailable keyed
 url string
 generator string
 version float
 checkSum string
 mimeType string
 byteSize long
 id string
event 10 Electrometer_logevent_measureRange keyed
 rangeValue double
event 10 Electrometer_logevent_measureType keyed
 mode long
event 10 Electrometer_logevent_settingsAppliedReadSets keyed
 filterActive boolean
 avgFilterActive boolean
 inputRange double
 integrationTime double
 medianFilterActive boolean
 mode long
event 10 Electrometer_logevent_settingsAppliedSerConf keyed
 visaResource string
 baudRate long
 parity long
 dataBits long
 stopBits long
 timeout float
 termChar string
 xonxoff boolean
 dsrdtr boolean
 bytesToRead long
telemetry 100 Environment_airPressure
 paAvg1M double
 patrValue3H double
 pateValue3H double
 sensorName string
telemetry 100 Environment_airTemperature
 avg24H double
 avg1M double
 max24H double
 min24H double
 sensorName string
telemetry 100 Environment_dewPoint
 avg1M double
 sensorName string
telemetry 100 Environment_precipitation
 prSum1M double
 prSum1H double
 prfSum1M double
 sensorName string
telemetry 100 Environment_relativeHumidity
 avg24H double
 avg1M double
 max24H double
 min24H double
 sensorName string
telemetry 100 Environment_snowDepth
 avg1M double
 max24H double
 min24H double
 avg24H double
 sensorName string
telemetry 100 Environment_soilTemperature
 avg24H double
 avg1M double
 max24H double
 min24H double
 sensorName string
telemetry 100 Environment_solarNetRadiation
 avg1M double
 max24H double
 min24H double
 avg24H double
 sensorName string
telemetry 100 Environment_weather
 ambient_temp double
 humidity double
 pressure double
telemetry 100 Environment_windDirection
 value double
 avg2M double
 max2M double
 min2M double
 avg10M double
 max10M double
 sensorName string
telemetry 100 Environment_windGustDirection
 value10M double
 sensorName string
telemetry 100 Environment_windSpeed
 value double
 avg2M double
 max2M double
 min2M double
 avg10M double
 max10M double
 sensorName string
command 1 FiberSpectrograph_command_captureSpectImage
 integrationTime float
 imageType string
 lamp string
event 10 FiberSpectrograph_logevent_detailedState
 detailedState long
event 10 FiberSpectrograph_logevent_heartbeat
 heartbeat boolean
event 10 FiberSpectrograph_logevent_largeFileObjectAvailable
 url string
 generator string
 version float
 byteSize long
 checkSum string
 mimeType string
 id string
event 10 FiberSpectrograph_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 FiberSpectrograph_logevent_measuredSpectrum
 imageName string
 wavelength double[440]
 intensity double[440]
 integrationTime float
 temperature double
event 10 FiberSpectrograph_logevent_rejectedCommand
 commandValue int
 detailedState int
 timestamp double
event 10 FiberSpectrograph_logevent_timeout
 timeout boolean
telemetry 100 FiberSpectrograph_loopTime_ms
 loopTime_ms double
telemetry 100 FiberSpectrograph_spectTemperature
 temperature double
 timestamp double
telemetry 100 FiberSpectrograph_timestamp
 timestamp double
command 1 HVAC_command_setHvacConfiguration
 maxValveFlow double
 minValveFlow double
event 10 HVAC_logevent_detailedState
 detailedState long
event 10 HVAC_logevent_heartbeat
 heartbeat boolean
telemetry 100 HVAC_lowerAHUStatus
 workStatus long
 temperatureSetpoint float
 coldValveOpeningStatus float
 damperState long
 ambientTemperature float
 returnTemperature float
 injectionTemperature float
 antiFreezeTemperature float
 outsideTemperature float
 filterAlarmStatus long
 generalAlarmStatus long
 powerOnCommand long
 workloadSetpoint float
 winterSetpoint float
 fanSetpointMin float
 fanSetpointMax float
 differentialPressure float
 alarmsReset long
 id string
telemetry 100 HVAC_lowerChillerStatus
 activeTemperatureSetpoint float
 outgoingEvaporateWaterTemperature float
 returnEvaporateWaterTemperature float
 operationMode long
 chillerStatus long
 circuit1LowPressure float
 circuit2LowPressure float
 workloadStatus float
 generalAlarm long
 workStatus long
 powerOnCommand long
 temperatureSetpointCommand float
 id string
telemetry 100 HVAC_whiteRoomAHU
 workStatus long
telemetry 100 Hexapod_Actuators keyed
 Calibrated double[6]
 Raw double[6]
telemetry 100 Hexapod_Application keyed
 Demand double[6]
 Error double[6]
 Position double[6]
telemetry 100 Hexapod_Electrical keyed
 CopleyStatusWordDrive int[6]
 CopleyLatchingFaultStatus int[6]
command 1 Hexapod_command_clearError keyed
 state boolean
command 1 Hexapod_command_configureAcceleration keyed
 accmax double	um/s^2
command 1 Hexapod_command_configureAzimuthRawLUT keyed
 azIndex double[37]
 x double[37]
 y double[37]
 z double[37]
 rx double[37]
 ry double[37]
 rz double[37]
command 1 Hexapod_command_configureElevationRawLUT keyed
 elevIndex double[19]
 x double[19]
 y double[19]
 z double[19]
 rx double[19]
 ry double[19]
 rz double[19]
command 1 Hexapod_command_configureLimits keyed
 xymax double	um
 zmin double	um
 zmax double	um
 uvmax double	deg
 wmin double	deg
 wmax double	deg
command 1 Hexapod_command_configureTemperatureRawLUT keyed
 tempIndex double[9]
 x double[9]
 y double[9]
 z double[9]
 rx double[9]
 ry double[9]
 rz double[9]
command 1 Hexapod_command_configureVelocity keyed
 xymax double	um/s
 rxrymax double	deg/s
 zmax double	um/s
 rzmax double	deg/s
command 1 Hexapod_command_move keyed
 state boolean
command 1 Hexapod_command_moveLUT keyed
 az double
 elev double
 temp double
command 1 Hexapod_command_offset keyed
 x double	um
 y double	um
 z double	um
 u double	deg
 v double	deg
 w double	deg
 sync boolean
command 1 Hexapod_command_pivot keyed
 x double	um
 y double	um
 z double	um
command 1 Hexapod_command_positionSet keyed
 x double	um
 y double	um
 z double	um
 u double	deg
 v double	deg
 w double	deg
 sync boolean
command 1 Hexapod_command_test keyed
 ivalue1 long
 ivalue2 long
event 1+10 Hexapod_logevent_commandableByDDS keyed
 state boolean
event 10 Hexapod_logevent_deviceError keyed
 device string
 severity long
 timestamp double
 code string
event 10 Hexapod_logevent_inPosition keyed
 timestamp double
event 10 Hexapod_logevent_interlock keyed
 detail string
 timestamp double
event 10 Hexapod_logevent_rejectedCommand keyed
 commandValue string
 detailedState string
 timestamp double
event 10 Hexapod_logevent_settingsApplied keyed
 accelerationAccmax double	um/s^2
 limitXYMax double	um
 limitZMin double	um
 limitZMax double	um
 limitUVMax double	deg
 limitWMin double	deg
 limitWMax double	deg
 velocityXYMax double	um/s
 velocityRxRyMax double	deg/s
 velocityZMax double	um/s
 velocityRzMax double	deg/s
 positionX double	um
 positionY double	um
 positionZ double	um
 positionU double	deg
 positionV double	deg
 positionW double	deg
 pivotX double	um
 pivotY double	um
 pivotZ double	um
 elevationRawLUTElevIndex int[19]
 elevationRawLUTX double[19]
 elevationRawLUTY double[19]
 elevationRawLUTZ double[19]
 elevationRawLUTRx double[19]
 elevationRawLUTRy double[19]
 elevationRawLUTRz double[19]
 azimuthRawLUTAzIndex int[37]
 azimuthRawLUTX double[37]
 azimuthRawLUTY double[37]
 azimuthRawLUTZ double[37]
 azimuthRawLUTRx double[37]
 azimuthRawLUTRy double[37]
 azimuthRawLUTRz double[37]
 temperatureRawLUTTempIndex int[9]
 temperatureRawLUTX double[9]
 temperatureRawLUTY double[9]
 temperatureRawLUTZ double[9]
 temperatureRawLUTRx double[9]
 temperatureRawLUTRy double[9]
 temperatureRawLUTRz double[9]
 strutDisplacementMax double	um
 strutVelocityMax double	um/s
event 10 IOTA_logevent_detailedState
 detailedState long
event 10 IOTA_logevent_heartbeat
 heartbeat boolean
event 10 IOTA_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 IOTA_logevent_rejectedCommand
 command string
 state string
 timestamp double
telemetry 100 IOTA_loopTime
 loopTime double
telemetry 100 IOTA_timestamp
 timestamp double
command 1 LinearStage_command_getHome
 homed boolean
 timestamp double	Seconds
command 1 LinearStage_command_moveAbsolute
 distance float	millimeters
 timestamp double	Seconds
command 1 LinearStage_command_moveRelative
 distance float	millimeters
 timestamp double	Seconds
command 1 LinearStage_command_stop
 stopped boolean
 timestamp double	Seconds
telemetry 100 LinearStage_position
 position float	millimeters
event 10 MTArchiver_logevent_mtArchiverEntityShutdown
 name string
 identifier double
 timestamp string
 address long
event 10 MTArchiver_logevent_mtArchiverEntityStartup
 name string
 identifier double
 timestamp string
 address long
event 10 MTArchiver_logevent_mtArchiverEntitySummaryState
 name string
 identifier double
 timestamp string
 address long
 currentState string
 previousState string
 executing string
 commandsAvailable string
 configurationsAvailable string
event 10 MTArchiver_logevent_settingsApplied
 settings string
 tsXMLVersion string
 tsSALVersion string
 l1dmRepoTag string
telemetry 100 MTArchiver_sequencerHeartbeat
 heartbeat boolean
 priority long
event 10 MTCalCS_logevent_detailedState
 detailedState long
event 10 MTCalCS_logevent_heartbeat
 heartbeat boolean
event 10 MTCalCS_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 MTCalCS_logevent_rejectedCommand
 command string
 state string
 timestamp double
telemetry 100 MTCalCS_loopTime
 loopTime double
telemetry 100 MTCalCS_timestamp
 timestamp double
telemetry 100 MTCamera_ccs
 ccsStatus long[20]
 imageStatus long[20]
telemetry 100 MTCamera_clusterEncoder
 imageSD float[100]
 imageMean float[100]
 overscanSD float[100]
 overscanMean float[100]
 psf float[200]
telemetry 100 MTCamera_cold
 compressorLoad float[6]	watt
 compressorSpeed float[6]	hertz
 dischargePressure float[6]	pascal
 dischargeTemp float[6]	Celsius
 flowInterlock int[6]
 heaterCurrent float[6]	ampere
 heaterVoltage float[6]	volt
 intakeFlow float[6]	lps
 intakePressure float[6]	pascal
 intakeTemp float[6]	Celsius
 ionPump float[4]	ampere
 mechPump int[4]
 postExpansionPressure float[6]	pascal
 postExpansionTemp float[6]	Celsius
 preExpansionPressure float[6]	pascal
 preExpansionTemp float[6]	Celsius
 rga long[10]
 returnTemp float[6]	Celsius
 utilityRoomTemperature float	Celsius
 vacuumGauge float[5]	pascal
 valveStatus int[6]
command 1 MTCamera_command_clear
 nClears long
command 1 MTCamera_command_disableCalibration
 value boolean
command 1 MTCamera_command_discardRows
 nRows long
command 1 MTCamera_command_enableCalibration
 value boolean
command 1 MTCamera_command_endImage
 value boolean
command 1 MTCamera_command_initGuiders
 roiSpec string
command 1 MTCamera_command_initImage
 deltaT double
command 1 MTCamera_command_setFilter
 name string
command 1 MTCamera_command_startImage
 imageSequenceName string
 shutter boolean
 science boolean
 guide boolean
 wfs boolean
 timeout double	second
command 1 MTCamera_command_takeImages
 numImages long
 expTime double	second
 shutter boolean
 science boolean
 guide boolean
 wfs boolean
 imageSequenceName string
telemetry 100 MTCamera_cyro
 coldTemperature float[3]	Celsius
 compressor float	watt
 compressorSpeed float[2]	hertz
 cryoTemperature float[12]	Celsius
 dischargePressure float[2]	pascal
 dischargeTemp float[2]	Celsius
 flowInterlock int[2]
 heaterCurrent float[6]	ampere
 heaterVoltage float[6]	volt
 intakeFlow float[2]	lps
 intakePressure float[2]	pascal
 intakeTemp float[2]	Celsius
 postExpansionPressure float[2]	pascal
 postExpansionTemp float[2]	Celsius
 preExpansionPressure float[2]	pascal
 preExpansionTemp float[2]	Celsius
 returnTemp float[2]	Celsius
telemetry 100 MTCamera_filter
 loaderTelemetry long
 rebID int
telemetry 100 MTCamera_gas
 boardID int
 boardCurrent float[4]	ampere
 boardTemp float[12]	kelvin
 boardVoltage float[4]	volt
 cabacMUX long[4]
 ccdID int
 ccdtemp long	kelvin
 fpgaCheckSum long[2]
 rebID int
telemetry 100 MTCamera_gds
 rebID int
 timingParameters long[10]
 flag long[20]
telemetry 100 MTCamera_heartbeat
 heartbeat boolean
 priority long
event 10 MTCamera_logevent_availableFilters
 filterNames string
event 10 MTCamera_logevent_calibrationDetailedState
 substate enum DISABLED,ENABLED,INTEGRATING
event 10 MTCamera_logevent_ccsCommandState
 substate enum IDLE,BUSY
event 10 MTCamera_logevent_ccsConfigured
event 10 MTCamera_logevent_endInitializeGuider
event 10 MTCamera_logevent_endInitializeImage
event 10 MTCamera_logevent_endLoadFilter
event 10 MTCamera_logevent_endOfImageTelemetry
 imageSequenceName string
 imagesInSequence long
 imageName string
 imageIndex long
 timeStamp double	second
 exposureTime double	second
event 10 MTCamera_logevent_endReadout
 imageSequenceName string
 imagesInSequence long
 imageName string
 imageIndex long
 timeStamp double	second
 exposureTime double	second
event 10 MTCamera_logevent_endRotateCarousel
event 10 MTCamera_logevent_endSetFilter
 filterName string
event 10 MTCamera_logevent_endShutterClose
event 10 MTCamera_logevent_endShutterOpen
event 10 MTCamera_logevent_endTakeImage
event 10 MTCamera_logevent_endUnloadFilter
event 10 MTCamera_logevent_filterChangerDetailedState
 substate enum UNLOADING,LOADING,LOADED,UNLOADED,ROTATING
event 10 MTCamera_logevent_imageReadinessDetailedState
 substate enum READY,NOT_READY,GETTING_READY
event 10 MTCamera_logevent_imageReadoutParameters
 imageName string
 ccdNames string
 ccdType enum E2V,ITL
 overRows int[201]
 overCols int[201]
 readRows int[201]
 readCols int[201]
 readCols2 int[201]
 preCols int[201]
 preRows int[201]
 postCols int[201]
event 10 MTCamera_logevent_notReadyToTakeImage
event 10 MTCamera_logevent_offlineDetailedState
 substate enum OFFLINE_AVAILABLE,OFFLINE_PUBLISH_ONLY
event 10 MTCamera_logevent_prepareToTakeImage
event 10 MTCamera_logevent_raftsDetailedState
 substate enum NEEDS_CLEAR,CLEARING,INTEGRATING,READING_OUT,QUIESCENT
event 10 MTCamera_logevent_readyToTakeImage
event 10 MTCamera_logevent_settingsApplied
 settings string
event 10 MTCamera_logevent_shutterDetailedState
 substate enum CLOSED,OPEN,CLOSING,OPENING
event 10 MTCamera_logevent_startIntegration
 imageSequenceName string
 imagesInSequence long
 imageName string
 imageIndex long
 timeStamp double	second
 exposureTime double	second
event 10 MTCamera_logevent_startLoadFilter
event 10 MTCamera_logevent_startReadout
 imageSequenceName string
 imagesInSequence long
 imageName string
 imageIndex long
 timeStamp double	second
 exposureTime double	second
event 10 MTCamera_logevent_startRotateCarousel
event 10 MTCamera_logevent_startSetFilter
 filterName string
event 10 MTCamera_logevent_startShutterClose
event 10 MTCamera_logevent_startShutterOpen
event 10 MTCamera_logevent_startUnloadFilter
telemetry 100 MTCamera_pcms
 biasStatus int
 biasCurrent float	ampere
 biasVoltage float	volt
 clockStatus int
 clockCurrent int	ampere
 clockVoltage float	volt
 fpgaStatus int
 fpgaCurrent float	ampere
 fpgaVoltage float	volt
 lowStatus int
 lowCurrent float	ampere
 lowVoltage int	volt
 odStatus int
 odCurrent float	ampere
 odVoltage float	volt
 rebID float
telemetry 100 MTCamera_prot
 status long[2]
telemetry 100 MTCamera_purge
 accelerometer float[6]	meter
 blowerSetting float	hertz
 blowerSpeed float	hertz
 bodyFlowMeter float	lps
 bodyTemp float	Celsius
 heaterCurrent float	ampere
 heaters float	ampere
 microphone long
 trunkFlowMeter float	lps
 trunkTemp float	Celsius
 valveSetting long
 valves long
telemetry 100 MTCamera_sas
 boardID int
 boardCurrent float[4]	ampere
 boardTemp float[12]	kelvin
 boardVoltage float[4]	volt
 cabacMUX long[4]
 ccdID int
 ccdtemp long	kelvin
 fpgaCheckSum long[2]
 rebID int
telemetry 100 MTCamera_sds
 rebID int
 timingParameters long[10]
 flag long[20]
telemetry 100 MTCamera_shutter
 bladeHome int[2]
 closeProfile float[24]	second
 motorCurrent float[2]	ampere
 motorTemp float[2]	Celsius
 openDirection int
 openProfile float[24]	second
 profileFunction string
telemetry 100 MTCamera_was
 boardID int
 boardCurrent float[4]	ampere
 boardTemp float[12]	kelvin
 boardVoltage float[4]	volt
 cabacMUX long[4]
 ccdID int
 ccdtemp long	kelvin
 fpgaCheckSum long[2]
 rebID int
telemetry 100 MTCamera_wds
 rebID int
 timingParameters long[10]
 flag long[20]
event 10 MTDomeTrajectory_logevent_allClear
 allClear boolean
 timestamp double
event 10 MTDomeTrajectory_logevent_detailedState
 detailedState long
event 10 MTDomeTrajectory_logevent_heartbeat
 heartbeat boolean
event 10 MTDomeTrajectory_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 MTDomeTrajectory_logevent_rejectedCommand
 command string
 state string
 timestamp double
telemetry 100 MTDomeTrajectory_loopTime
 loopTime double
telemetry 100 MTDomeTrajectory_timestamp
 timestamp double
command 1 MTEEC_command_applyTemperatureSetpoint
 setpoint double
command 1 MTEEC_command_disableControl
 disableControl boolean
command 1 MTEEC_command_setToDayTime
 setDayTime boolean
command 1 MTEEC_command_setToNightTime
 setNightTime boolean
event 10 MTEEC_logevent_detailedState
 detailedState enum NotSetState,DaySetState,NightSetState
event 10 MTEEC_logevent_heartbeat
 heartbeat boolean
event 10 MTGuider_logevent_detailedState
 detailedState long
event 10 MTGuider_logevent_heartbeat
 heartbeat boolean
event 10 MTGuider_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 MTGuider_logevent_rejectedCommand
 command string
 state string
 timestamp double
telemetry 100 MTGuider_loopTime
 loopTime double
telemetry 100 MTGuider_timestamp
 timestamp double
event 10 MTHeaderService_logevent_heartbeat
 heartbeat boolean
event 10 MTHeaderService_logevent_largeFileObjectAvailable
 url string
 generator string
 version float
 checkSum string
 mimeType string
 byteSize long
 id string
event 10 MTHeaderService_logevent_rejectedCommand
 commandValue int
 detailedState long
 timestamp double
event 10 MTHeaderService_logevent_settingsApplied
 settings string
event 10 MTLaserTracker_logevent_detailedState
 detailedState long
event 10 MTLaserTracker_logevent_heartbeat
 heartbeat boolean
event 10 MTLaserTracker_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 MTLaserTracker_logevent_rejectedCommand
 command string
 state string
 timestamp double
telemetry 100 MTLaserTracker_loopTime
 loopTime double
telemetry 100 MTLaserTracker_timestamp
 timestamp double
command 1 MTM1M3TS_command_abort
 value boolean
command 1 MTM1M3TS_command_applySetpoint
 setpoint float
command 1 MTM1M3TS_command_disable
 value boolean
command 1 MTM1M3TS_command_enable
 value boolean
command 1 MTM1M3TS_command_enterControl
 value boolean
command 1 MTM1M3TS_command_exitControl
 value boolean
command 1 MTM1M3TS_command_setValue
 parametersAndValues string
command 1 MTM1M3TS_command_shutdown
 value boolean
command 1 MTM1M3TS_command_standby
 value boolean
command 1 MTM1M3TS_command_start
 settingsToApply string
event 10 MTM1M3TS_logevent_appliedSetpoint
 setpoint float
event 10 MTM1M3TS_logevent_appliedSettingsMatchStart
 appliedSettingsMatchStartIsTrue boolean
event 10 MTM1M3TS_logevent_detailedState
 detailedState long
event 10 MTM1M3TS_logevent_errorCode
 errorCode long
 errorReport string
 traceback string
event 10 MTM1M3TS_logevent_settingVersions
 recommendedSettingsVersion string
 recommendedSettingsLabels string
event 10 MTM1M3TS_logevent_summaryState
 summaryState long
telemetry 100 MTM1M3TS_thermalData
 timestamp double
 thermocoupleScanner1 float[95]
 thermocoupleScanner2 float[95]
 thermocoupleScanner3 float[95]
 thermocoupleScanner4 float[95]
telemetry 100 MTM1M3_accelerometerData
 timestamp double
 rawAccelerometers float[8]
 accelerometers float[8]
 angularAccelerationX float
 angularAccelerationY float
 angularAccelerationZ float
command 1 MTM1M3_command_abortRaiseM1M3
 value boolean
command 1 MTM1M3_command_applyAberrationForces
 zForces float[156]
command 1 MTM1M3_command_applyAberrationForcesByBendingModes
 coefficients float[22]
command 1 MTM1M3_command_applyActiveOpticForces
 zForces float[156]
command 1 MTM1M3_command_applyActiveOpticForcesByBendingModes
 coefficients float[22]
command 1 MTM1M3_command_applyOffsetForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
command 1 MTM1M3_command_applyOffsetForcesByMirrorForce
 xForce float
 yForce float
 zForce float
 xMoment float
 yMoment float
 zMoment float
command 1 MTM1M3_command_clearAberrationForces
 value boolean
command 1 MTM1M3_command_clearActiveOpticForces
 value boolean
command 1 MTM1M3_command_clearOffsetForces
 value boolean
command 1 MTM1M3_command_disableHardpointChase
 hardpointActuator int
command 1 MTM1M3_command_disableHardpointCorrections
 value boolean
command 1 MTM1M3_command_enableHardpointChase
 hardpointActuator int
command 1 MTM1M3_command_enableHardpointCorrections
 value boolean
command 1 MTM1M3_command_enterEngineering
 value boolean
command 1 MTM1M3_command_exitEngineering
 value boolean
command 1 MTM1M3_command_lowerM1M3
 value boolean
command 1 MTM1M3_command_modbusTransmit
 actuatorId long
 functionCode int
 data int[252]
 dataLength int
command 1 MTM1M3_command_moveHardpointActuators
 steps long[6]
command 1 MTM1M3_command_positionM1M3
 xPosition float
 yPosition float
 zPosition float
 xRotation float
 yRotation float
 zRotation float
command 1 MTM1M3_command_programILC
 actuatorId long
 filePath string
command 1 MTM1M3_command_raiseM1M3
 bypassReferencePosition boolean
command 1 MTM1M3_command_resetPID
 pid int
command 1 MTM1M3_command_shutdown
 value boolean
command 1 MTM1M3_command_stopHardpointMotion
 value boolean
command 1 MTM1M3_command_testAir
 value boolean
command 1 MTM1M3_command_testForceActuator
 forceActuator int
command 1 MTM1M3_command_testHardpoint
 hardpointActuator int
command 1 MTM1M3_command_translateM1M3
 xTranslation float
 yTranslation float
 zTranslation float
 xRotation float
 yRotation float
 zRotation float
command 1 MTM1M3_command_turnAirOff
 value boolean
command 1 MTM1M3_command_turnAirOn
 value boolean
command 1 MTM1M3_command_turnLightsOff
 value boolean
command 1 MTM1M3_command_turnLightsOn
 value boolean
command 1 MTM1M3_command_turnPowerOff
 turnPowerNetworkAOff boolean
 turnPowerNetworkBOff boolean
 turnPowerNetworkCOff boolean
 turnPowerNetworkDOff boolean
 turnAuxPowerNetworkAOff boolean
 turnAuxPowerNetworkBOff boolean
 turnAuxPowerNetworkCOff boolean
 turnAuxPowerNetworkDOff boolean
command 1 MTM1M3_command_turnPowerOn
 turnPowerNetworkAOn boolean
 turnPowerNetworkBOn boolean
 turnPowerNetworkCOn boolean
 turnPowerNetworkDOn boolean
 turnAuxPowerNetworkAOn boolean
 turnAuxPowerNetworkBOn boolean
 turnAuxPowerNetworkCOn boolean
 turnAuxPowerNetworkDOn boolean
command 1 MTM1M3_command_updatePID
 pid int
 timestep double
 p double
 i double
 d double
 n double
telemetry 100 MTM1M3_forceActuatorData
 timestamp double
 primaryCylinderForces float[156]
 secondaryCylinderForces float[112]
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
telemetry 100 MTM1M3_forceActuatorPressure
 timestamps double[156]
 primaryCylinderPushPressures float[156]
 primaryCylinderPullPressures float[156]
 secondaryCylinderPushPressures float[112]
 secondaryCylinderPullPressures float[112]
telemetry 100 MTM1M3_gyroData
 timestamp double
 angularVelocityX float
 angularVelocityY float
 angularVelocityZ float
 sequenceNumber int
 temperature int
telemetry 100 MTM1M3_hardpointActuatorData
 timestamp double
 measuredForce float[6]
 encoder long[6]
 displacement float[6]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
 xPosition float
 yPosition float
 zPosition float
 xRotation float
 yRotation float
 zRotation float
telemetry 100 MTM1M3_hardpointMonitorData
 timestamp double
 breakawayLVDT float[6]
 displacementLVDT float[6]
 breakawayPressure float[6]
 pressureSensor1 float[6]
 pressureSensor2 float[6]
 pressureSensor3 float[6]
telemetry 100 MTM1M3_imsData
 timestamp double
 rawSensorData float[8]
 xPosition float
 yPosition float
 zPosition float
 xRotation float
 yRotation float
 zRotation float
telemetry 100 MTM1M3_inclinometerData
 timestamp double
 inclinometerAngle float
event 10 MTM1M3_logevent_accelerometerWarning
 anyWarning boolean
 accelerometerFlags long
event 10 MTM1M3_logevent_airSupplyStatus
 airCommandedOn boolean
 airValveOpened boolean
 airValveClosed boolean
event 10 MTM1M3_logevent_airSupplyWarning
 anyWarning boolean
 airSupplyFlags long
event 10 MTM1M3_logevent_appliedAberrationForces
 zForces float[156]
 fZ float
 mX float
 mY float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedAccelerationForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fY float
 fX float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedActiveOpticForces
 zForces float[156]
 fZ float
 mX float
 mY float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedAzimuthForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedBalanceForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedCylinderForces
 secondaryCylinderForces long[112]
 primaryCylinderForces long[156]
event 10 MTM1M3_logevent_appliedElevationForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedHardpointSteps
 targetEncoderValues long[6]
 queuedSteps long[6]
 commandedSteps int[6]
event 10 MTM1M3_logevent_appliedOffsetForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedStaticForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedThermalForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_appliedVelocityForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_cellLightStatus
 cellLightsCommandedOn boolean
 cellLightsOn boolean
event 10 MTM1M3_logevent_cellLightWarning
 anyWarning boolean
 cellLightFlags long
event 10 MTM1M3_logevent_detailedState
 detailedState long
event 10 MTM1M3_logevent_displacementSensorWarning
 anyWarning boolean
 displacementSensorFlags long
event 10 MTM1M3_logevent_forceActuatorBackupCalibrationInfo
 primaryCoefficient float[156]
 primaryOffset float[156]
 primarySensitivity float[156]
 secondaryCoefficient float[112]
 secondaryOffset float[112]
 secondarySensitivity float[112]
event 10 MTM1M3_logevent_forceActuatorILCInfo
 modbusSubnet int[156]
 modbusAddress int[156]
 ilcStatus long[156]
 mezzanineStatus long[156]
event 10 MTM1M3_logevent_forceActuatorIdInfo
 xDataReferenceId int[12]
 yDataReferenceId int[100]
 zDataReferenceId int[156]
 sDataReferenceId int[112]
 ilcUniqueId long[156]
 mezzanineUniqueId long[156]
event 10 MTM1M3_logevent_forceActuatorMainCalibrationInfo
 primaryCoefficient float[156]
 primaryOffset float[156]
 primarySensitivity float[156]
 secondaryCoefficient float[112]
 secondaryOffset float[112]
 secondarySensitivity float[112]
event 10 MTM1M3_logevent_forceActuatorMezzanineCalibrationInfo
 primaryCylinderGain float[156]
 secondaryCylinderGain float[112]
event 10 MTM1M3_logevent_forceActuatorPositionInfo
 actuatorType int[156]
 actuatorOrientation int[156]
 xPosition float[156]
 yPosition float[156]
 zPosition float[156]
event 10 MTM1M3_logevent_forceActuatorState
 ilcState int[156]
 slewFlag boolean
 staticForcesApplied boolean
 elevationForcesApplied boolean
 azimuthForcesApplied boolean
 thermalForcesApplied boolean
 offsetForcesApplied boolean
 accelerationForcesApplied boolean
 velocityForcesApplied boolean
 activeOpticForcesApplied boolean
 aberrationForcesApplied boolean
 balanceForcesApplied boolean
 supportPercentage float
event 10 MTM1M3_logevent_forceActuatorWarning
 anyWarning boolean
 globalWarningFlags long
 anyForceActuatorFlags long
 forceActuatorFlags long[156]
event 10 MTM1M3_logevent_gyroWarning
 anyWarning boolean
 gyroSensorFlags long
event 10 MTM1M3_logevent_hardpointActuatorInfo
 referenceId int[6]
 referencePosition long[6]
 modbusSubnet int[6]
 modbusAddress int[6]
 xPosition float[6]
 yPosition float[6]
 zPosition float[6]
 ilcUniqueId long[6]
 ilcApplicationType int[6]
 networkNodeType int[6]
 ilcSelectedOptions int[6]
 networkNodeOptions int[6]
 majorRevision int[6]
 minorRevision int[6]
 adcScanRate int[6]
 mainLoadCellCoefficient float[6]
 mainLoadCellOffset float[6]
 mainLoadCellSensitivity float[6]
 backupLoadCellCoefficient float[6]
 backupLoadCellOffset float[6]
 backupLoadCellSensitivity float[6]
event 10 MTM1M3_logevent_hardpointActuatorState
 ilcState int[6]
 motionState int[6]
event 10 MTM1M3_logevent_hardpointActuatorWarning
 anyWarning boolean
 anyHardpointActuatorFlags long
 hardpointActuatorFlags long[6]
event 10 MTM1M3_logevent_hardpointMonitorInfo
 referenceId int[6]
 modbusSubnet int[6]
 modbusAddress int[6]
 ilcUniqueId long[6]
 ilcApplicationType int[6]
 networkNodeType int[6]
 majorRevision int[6]
 minorRevision int[6]
 mezzanineUniqueId long[6]
 mezzanineFirmwareType int[6]
 mezzanineMajorRevision int[6]
 mezzanineMinorRevision int[6]
event 10 MTM1M3_logevent_hardpointMonitorState
 ilcState int[6]
event 10 MTM1M3_logevent_hardpointMonitorWarning
 anyWarning boolean
 anyHardpointMonitorFlags long
 hardpointMonitorFlags long[6]
event 10 MTM1M3_logevent_inclinometerSensorWarning
 anyWarning boolean
 inclinometerSensorFlags long
event 10 MTM1M3_logevent_interlockStatus
 heartbeatCommandedState boolean
event 10 MTM1M3_logevent_interlockWarning
 anyWarning boolean
 interlockSystemFlags long
event 10 MTM1M3_logevent_modbusResponse
 responseValid boolean
 address int
 functionCode int
 dataLength int
 data int[252]
 crc int
event 10 MTM1M3_logevent_modbusWarning
 anyWarning boolean
 modbusSystemFlags long
 anySubnetFlags long
 subnetFlags long[5]
event 10 MTM1M3_logevent_pidInfo
 timestep double[6]
 p double[6]
 i double[6]
 d double[6]
 n double[6]
 calculatedA double[6]
 calculatedB double[6]
 calculatedC double[6]
 calculatedD double[6]
 calculatedE double[6]
event 10 MTM1M3_logevent_powerStatus
 powerNetworkACommandedOn boolean
 powerNetworkBCommandedOn boolean
 powerNetworkCCommandedOn boolean
 powerNetworkDCommandedOn boolean
 auxPowerNetworkACommandedOn boolean
 auxPowerNetworkBCommandedOn boolean
 auxPowerNetworkCCommandedOn boolean
 auxPowerNetworkDCommandedOn boolean
event 10 MTM1M3_logevent_powerWarning
 anyWarning boolean
 powerSystemFlags long
event 10 MTM1M3_logevent_rejectedAberrationForces
 zForces float[156]
 fZ float
 mX float
 mY float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedAccelerationForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedActiveOpticForces
 zForces float[156]
 fZ float
 mX float
 mY float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedAzimuthForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedBalanceForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedCylinderForces
 secondaryCylinderForces long[112]
 primaryCylinderForces long[156]
event 10 MTM1M3_logevent_rejectedElevationForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedOffsetForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedStaticForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedThermalForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
event 10 MTM1M3_logevent_rejectedVelocityForces
 xForces float[12]
 yForces float[100]
 zForces float[156]
 fX float
 fY float
 fZ float
 mX float
 mY float
 mZ float
 forceMagnitude float
telemetry 100 MTM1M3_outerLoopData
 timestamp double
 broadcastCounter int
 executionTime double
telemetry 100 MTM1M3_pidData
 timestamp double
 setpoint double[6]
 measurement double[6]
 error double[6]
 errorT1 double[6]
 errorT2 double[6]
 control double[6]
 controlT1 double[6]
 controlT2 double[6]
telemetry 100 MTM1M3_powerData
 timestamp double
 powerNetworkACurrent float
 powerNetworkBCurrent float
 powerNetworkCCurrent float
 powerNetworkDCurrent float
 lightPowerNetworkCurrent float
 controlsPowerNetworkCurrent float
telemetry 100 MTM2_actuatorLimitSwitches
 forward boolean[72]
 reverse boolean[72]
telemetry 100 MTM2_axialActuatorAbsolutePositionSteps
 axialAbsolutePositionSteps long[72]	radians
telemetry 100 MTM2_axialActuatorPositionAbsoluteEncoderPositionMeasured
 axialEncoderPositionMeasured double[72]	microns
telemetry 100 MTM2_axialForcesMeasured
 axialForceMeasured double[72]	radians
command 1 MTM2_command_applyBendingMode
 bendingModeNbr int[32]
 bendingModeValue double[32]	microns
command 1 MTM2_command_applyForce
 forceSetPoint double[72]	Newtons
command 1 MTM2_command_moveAxialActuator
 axialActuatorID int
 relativeStepsToMove long
command 1 MTM2_command_positionMirror
 xTilt double	radians
 yTilt double	radians
 piston double	microns
command 1 MTM2_command_setCorrectionMode
 mode int
event 10 MTM2_logevent_m2AssemblyInPosition
 inPosition boolean
event 10 MTM2_logevent_m2FaultState
 state enum FaultStates_ActuatorPlusLimit,FaultStates_ActuatorMinusLimit,FaultStates_ActuatorPlusForceLimit,FaultStates_ActuatorMinusForceLimit,FaultStates_ActuatorCommTimeout,FaultStates_FollowingError,FaultStates_ConfigurationError,FaultStates_UnresponsiveActuator,FaultStates_TangentLinkStrainFault,FaultStates_cRIOCommFailure,FaultStates_cRIOHeartbeatFailure,FaultStates_CurrentError,FaultStates_VoltageError,FaultStates_PowerRelayFault,FaultStates_PowerSupplyFault,FaultStates_TemperatureFault,FaultStates_TempSensorFailure,FaultStates_TelescopeElevationFault,FaultStates_GravitySensorFailure,FaultStates_ILCFault,FaultStates_CelRBPositionError,FaultStates_DisplacementSensor,FaultStates_ActuatorPlusSoftLimit,FaultStates_ActuatorMinusSoftLimit,FaultStates_CelTemperatureWarning
telemetry 100 MTM2_mirrorPositionMeasured
 xTilt double	radians
 yTilt double	radians
 piston double	microns
 xPosition double	radians
 yPosition double	radians
 thetaZPosition double	radians
telemetry 100 MTM2_powerStatus
 voltages double[16]
 currents double[16]
 onOff boolean[16]
 states long[16]
telemetry 100 MTM2_rawDisplacement
 rawPosition double[72]	microns
telemetry 100 MTM2_rawTelemetry
 dataPacket long[720]
telemetry 100 MTM2_stepVectorUpdate
 steps long[72]	steps
telemetry 100 MTM2_systemStatus
 statusBits long[72]
telemetry 100 MTM2_tangentActuatorAbsolutePositionSteps
 tangentLink0DegAbsolutePositionSteps long
 tangentLink60DegAbsolutePositionSteps long
 tangentLink120DegAbsolutePositionSteps long
 tangentLink180DegAbsolutePositionSteps long
 tangentLink240DegAbsolutePositionSteps long
 tangentLink300DegAbsolutePositionSteps long
telemetry 100 MTM2_tangentActuatorPositionAbsoluteEncoderPositionMeasured
 tangentLink0DegAbsoluteEncoderPositionMeasured double	microns
 tangentLink60DegAbsoluteEncoderPositionMeasured double	microns
 tangentLink120DegAbsoluteEncoderPositionMeasured double	microns
 tangentLink180DegAbsoluteEncoderPositionMeasured double	microns
 tangentLink240DegAbsoluteEncoderPositionMeasured double	microns
 tangentLink300DegAbsoluteEncoderPositionMeasured double	microns
telemetry 100 MTM2_tangentForcesMeasured
 tangentLink0DegForceMeasured double	Newtons
 tangentLink60DegForceMeasured double	Newtons
 tangentLink120DegForceMeasured double	Newtons
 tangentLink180DegForceMeasured double	Newtons
 tangentLink240DegForceMeasured double	Newtons
 tangentLink300DegForceMeasured double	Newtons
telemetry 100 MTM2_targetForces
 setPoint double[72]	N
 forceComponent double[72]	N
telemetry 100 MTM2_temperaturesMeasured
 temps double[72]	degC
 intakeTemperatures double[4]	degC
 exhaustTemperatures double[4]	degC
telemetry 100 MTM2_zenithAngleMeasured
 zenithAngleMeasured double	radians
telemetry 100 MTMount_Auxiliary_Boxes
 Status_TMA_AZ_PD_CBT_0001 string
 Status_TMA_EL_PD_CBT_0001 string
 Status_TMA_EL_PD_CBT_0002 string
 timestamp double	second
telemetry 100 MTMount_Auxliary_Cabinet_Azimuth
 Auxiliar_Azimuth_Cabinet_Status string
 Auxiliar_Azimuth_Cabinet_External_Temperature double	degC
 Auxiliar_Azimuth_Cabinet_Internal_Temperature_1 double	degC
 Auxiliar_Azimuth_Cabinet_Internal_Temperature_2 double	degC
 Auxiliar_Azimuth_Cabinet_Setpoint_Temperature double	degC
 timestamp double	second
telemetry 100 MTMount_Azimuth
 Azimuth_Status string
 Azimuth_Angle_Actual double	deg
 Azimuth_Angle_Set double	deg
 Azimuth_Aceleration_Actual double	deg/second^2
 Azimuth_Velocity_Set double	deg/second
 Azimuth_Velocity_Actual double	deg/second
 Azimuth_Torque_Actual double
 Azimuth_Positive_Software_limit boolean
 Azimuth_Negative_Software_limit boolean
 Azimuth_Positive_Power_Off_switch boolean
 Azimuth_Negative_Power_Off_switch boolean
 Azimuth_Positive_Directional_limit_switch boolean
 Azimuth_Negative_Directional_limit_switch boolean
 Azimuth_Positive_Adjustable_Software_limit boolean
 Azimuth_Negative_Adjustable_Software_limit boolean
 Azimuth_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Azimuth_Cable_Wrap
 ACW_Status string
 ACW_Status_Drive_1 string
 ACW_Status_Drive_2 string
 ACW_Current_Drive_1 double
 ACW_Current_Drive_2 double
 ACW_AngleDif_Actual double
 ACW_AngleDif_ActualLVDT double
 ACW_Angle_Setpoint double	deg
 ACW_Positive_Power_Off_switch boolean
 ACW_Negative_Power_Off_switch boolean
 ACW_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Azimuth_Drives
 Azimuth_Status_Drive_1 string
 Azimuth_Status_Drive_2 string
 Azimuth_Status_Drive_3 string
 Azimuth_Status_Drive_4 string
 Azimuth_Status_Drive_5 string
 Azimuth_Status_Drive_6 string
 Azimuth_Status_Drive_7 string
 Azimuth_Status_Drive_8 string
 Azimuth_Status_Drive_9 string
 Azimuth_Status_Drive_10 string
 Azimuth_Status_Drive_11 string
 Azimuth_Status_Drive_12 string
 Azimuth_Status_Drive_13 string
 Azimuth_Status_Drive_14 string
 Azimuth_Status_Drive_15 string
 Azimuth_Status_Drive_16 string
 Azimuth_Current_Drive_1 double	Amp
 Azimuth_Current_Drive_2 double	Amp
 Azimuth_Current_Drive_3 double	Amp
 Azimuth_Current_Drive_4 double	Amp
 Azimuth_Current_Drive_5 double	Amp
 Azimuth_Current_Drive_6 double	Amp
 Azimuth_Current_Drive_7 double	Amp
 Azimuth_Current_Drive_8 double	Amp
 Azimuth_Current_Drive_9 double	Amp
 Azimuth_Current_Drive_10 double	Amp
 Azimuth_Current_Drive_11 double	Amp
 Azimuth_Current_Drive_12 double	Amp
 Azimuth_Current_Drive_13 double	Amp
 Azimuth_Current_Drive_14 double	Amp
 Azimuth_Current_Drive_15 double	Amp
 Azimuth_Current_Drive_16 double	Amp
 timestamp double	second
telemetry 100 MTMount_Azimuth_Drives_Thermal
 Azimuth_Thermal_Status_Group_1 string
 Azimuth_Thermal_Status_Group_2 string
 Azimuth_Thermal_Status_Group_3 string
 Azimuth_Thermal_Status_Group_4 string
 Azimuth_Surface_Temperature_Motor_1 double	degC
 Azimuth_Surface_Temperature_Motor_2 double	degC
 Azimuth_Surface_Temperature_Motor_3 double	degC
 Azimuth_Surface_Temperature_Motor_4 double	degC
 Azimuth_Surface_Temperature_Motor_5 double	degC
 Azimuth_Surface_Temperature_Motor_6 double	degC
 Azimuth_Surface_Temperature_Motor_7 double	degC
 Azimuth_Surface_Temperature_Motor_8 double	degC
 Azimuth_Surface_Temperature_Motor_9 double	degC
 Azimuth_Surface_Temperature_Motor_10 double	degC
 Azimuth_Surface_Temperature_Motor_11 double	degC
 Azimuth_Surface_Temperature_Motor_12 double	degC
 Azimuth_Surface_Temperature_Motor_13 double	degC
 Azimuth_Surface_Temperature_Motor_14 double	degC
 Azimuth_Surface_Temperature_Motor_15 double	degC
 Azimuth_Surface_Temperature_Motor_16 double	degC
 Azimuth_Surface_Temperature_Drive_1 double	degC
 Azimuth_Surface_Temperature_Drive_2 double	degC
 Azimuth_Surface_Temperature_Drive_3 double	degC
 Azimuth_Surface_Temperature_Drive_4 double	degC
 Azimuth_Surface_Temperature_Drive_5 double	degC
 Azimuth_Surface_Temperature_Drive_6 double	degC
 Azimuth_Surface_Temperature_Drive_7 double	degC
 Azimuth_Surface_Temperature_Drive_8 double	degC
 Azimuth_Surface_Temperature_Drive_9 double	degC
 Azimuth_Surface_Temperature_Drive_10 double	degC
 Azimuth_Surface_Temperature_Drive_11 double	degC
 Azimuth_Surface_Temperature_Drive_12 double	degC
 Azimuth_Surface_Temperature_Drive_13 double	degC
 Azimuth_Surface_Temperature_Drive_14 double	degC
 Azimuth_Surface_Temperature_Drive_15 double	degC
 Azimuth_Surface_Temperature_Drive_16 double	degC
 Azimuth_Surface_Temperature_Setpoint_Group_1 double	degC
 Azimuth_Surface_Temperature_Setpoint_Group_2 double	degC
 Azimuth_Surface_Temperature_Setpoint_Group_3 double	degC
 Azimuth_Surface_Temperature_Setpoint_Group_4 double	degC
 timestamp double	second
telemetry 100 MTMount_Balancing
 Balancing_Status string
 Balancing_Actual_Position_Drive_1 double
 Balancing_Actual_Position_Drive_2 double
 Balancing_Actual_Position_Drive_3 double
 Balancing_Actual_Position_Drive_4 double
 Balancing_Positive_Limit_Switch_Drive_1 boolean
 Balancing_Positive_Limit_Switch_Drive_2 boolean
 Balancing_Positive_Limit_Switch_Drive_3 boolean
 Balancing_Positive_Limit_Switch_Drive_4 boolean
 Balancing_Negative_Limit_Switch_Drive_1 boolean
 Balancing_Negative_Limit_Switch_Drive_2 boolean
 Balancing_Negative_Limit_Switch_Drive_3 boolean
 Balancing_Negative_Limit_Switch_Drive_4 boolean
 Balancing_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Balancing_Drives
 Balancing_Status_Drive_1 string
 Balancing_Status_Drive_2 string
 Balancing_Status_Drive_3 string
 Balancing_Status_Drive_4 string
 Balancing_Current_Drive_1 double	Amp
 Balancing_Current_Drive_2 double	Amp
 Balancing_Current_Drive_3 double	Amp
 Balancing_Current_Drive_4 double	Amp
 Balancing_Position_Set_Drive_1 double
 Balancing_Position_Set_Drive_2 double
 Balancing_Position_Set_Drive_3 double
 Balancing_Position_Set_Drive_4 double
 timestamp double	second
telemetry 100 MTMount_Camera_Cable_Wrap
 CCW_Status string
 CCW_Status_Drive_1 string
 CCW_Status_Drive_2 string
 CameraRotatorPosition double	deg
 CCW_Angle_1 double	deg
 CCW_Angle_2 double	deg
 CCW_Camera_Position double	deg
 CCW_Speed_1 double	deg/second
 CCW_Speed_2 double	deg/second
 CCW_Current_1 double	Amp
 CCW_Current_2 double	Amp
 CCW_Positive_Directional_limit_switch boolean
 CCW_Negative_Directional_limit_switch boolean
 CCW_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Compressed_Air
 TMA_AZ_CP_CPM_0001 double
 TMA_AZ_CP_CPM_0002 double
 TMA_EL_CP_CPM_0001 double
 TMA_EL_CP_CPM_0002 double
 TMA_PI_CP_CPM_0101 double
 TMA_PI_CP_CTM_0101 double
 timestamp double	second
telemetry 100 MTMount_Cooling
 TMA_AZ_GW_CPM_0001 double
 TMA_AZ_GW_CPM_0002 double
 TMA_AZ_GW_CPM_0021 double
 TMA_AZ_GW_CPM_0022 double
 TMA_AZ_GW_CTM_0001 double
 TMA_AZ_GW_CTM_0002 double
 TMA_AZ_GW_CTM_0021 double
 TMA_AZ_GW_CTM_0022 double
 TMA_PI_GW_CPM_0101 double
 TMA_PI_GW_CPM_0102 double
 TMA_PI_GW_CTM_0101 double
 TMA_PI_GW_CTM_0102 double
 TMA_AZ_GW_CPM_0003 double
 TMA_AZ_GW_CPM_0004 double
 TMA_AZ_GW_CPM_0005 double
 TMA_AZ_GW_CPM_0006 double
 TMA_AZ_GW_CPM_0007 double
 TMA_AZ_GW_CPM_0008 double
 TMA_AZ_GW_CPM_0009 double
 TMA_AZ_GW_CPM_0010 double
 TMA_AZ_GW_CPM_0011 double
 TMA_AZ_GW_CPM_0012 double
 TMA_AZ_GW_CPM_0013 double
 TMA_AZ_GW_CPM_0014 double
 TMA_AZ_GW_CPM_0015 double
 TMA_AZ_GW_CPM_0016 double
 TMA_AZ_GW_CPM_0017 double
 TMA_AZ_GW_CPM_0018 double
 TMA_AZ_GW_CPM_0019 double
 TMA_AZ_GW_CPM_0020 double
 TMA_EL_GW_CPM_0001 double
 TMA_EL_GW_CPM_0002 double
 TMA_EL_GW_CTM_0001 double
 timestamp double	second
telemetry 100 MTMount_Deployable_Platforms
 DP_Status string
 DP_Status_Drive_1 string
 DP_Status_Drive_2 string
 DP_Current_Drive_2 double	Amp
 DP_Current_Drive_1 double	Amp
 DP_Position_Set_Section_1 double	meterm
 DP_Position_Set_Section_2 double	meterm
 DP_Position_Actual_Section_1 double	meterm
 DP_Position_Actual_Section_2 double	meterm
 DP_Extended_Directional_Limit_Switch_Section_1 boolean
 DP_Extended_Directional_Limit_Switch_Section_2 boolean
 DP_Retracted_Directional_Limit_Switch_Section_1 boolean
 DP_Retracted_Directional_Limit_Switch_Section_2 boolean
 DP_Platform_1_Extension_1_Locked_Limit_Switch boolean
 DP_Platform_1_Extension_1_Retracted_Limit_Switch boolean
 DP_Platform_1_Extension_2_Locked_Limit_Switch boolean
 DP_Platform_1_Extension_2_Retracted_Limit_Switch boolean
 DP_Platform_2_Extension_1_Locked_Limit_Switch boolean
 DP_Platform_2_Extension_1_Retracted_Limit_Switch boolean
 DP_Platform_2_Extension_2_Locked_Limit_Switch boolean
 DP_Platform_2_Extension_2_Retracted_Limit_Switch boolean
 DP_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Dynalene_Cooling
 TMA_AZ_DY_CPM_0001 double
 TMA_AZ_DY_CPM_0002 double
 TMA_AZ_DY_CTM_0001 double
 TMA_AZ_DY_CTM_0002 double
 TMA_AZ_EL_CPM_0001 double
 TMA_AZ_EL_CPM_0007 double
 TMA_PI_DY_CPM_0101 double
 TMA_PI_DY_CPM_0102 double
 TMA_PI_DY_CTM_0101 double
 TMA_PI_DY_CTM_0102 double
 TMA_AZ_EL_CPM_0002 double
 TMA_AZ_EL_CPM_0003 double
 TMA_AZ_EL_CPM_0004 double
 TMA_AZ_EL_CPM_0005 double
 TMA_AZ_EL_CPM_0006 double
 timestamp double	second
telemetry 100 MTMount_Elevation
 Elevation_Status string
 Elevation_Angle_Actual double
 Elevation_Angle_Set double	deg
 Elevation_Aceleration_Actual double	deg/second^2
 Elevation_Velocity_Set double	deg/second
 Elevation_Velocity_Actual double	deg/second
 Elevation_Torque_Actual double	Nmeter
 Elevation_Positive_Software_limit boolean
 Elevation_Negative_Software_limit boolean
 Elevation_Positive_Power_Off_switch boolean
 Elevation_Negative_Power_Off_switch boolean
 Elevation_Positive_Directional_limit_switch boolean
 Elevation_Negative_Directional_limit_switch boolean
 Elevation_Positive_Adjustable_Software_limit boolean
 Elevation_Negative_Adjustable_Software_limit boolean
 Elevation_Positive_Operational_Directional_limit_switch boolean
 Elevation_Negative_Operational_Directional_limit_switch boolean
 Elevation_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Elevation_Drives
 Elevation_Status_Drive_1 string
 Elevation_Status_Drive_2 string
 Elevation_Status_Drive_3 string
 Elevation_Status_Drive_4 string
 Elevation_Status_Drive_5 string
 Elevation_Status_Drive_6 string
 Elevation_Status_Drive_7 string
 Elevation_Status_Drive_8 string
 Elevation_Status_Drive_9 string
 Elevation_Status_Drive_10 string
 Elevation_Status_Drive_11 string
 Elevation_Status_Drive_12 string
 Elevation_Current_Drive_1 double
 Elevation_Current_Drive_2 double
 Elevation_Current_Drive_3 double
 Elevation_Current_Drive_4 double
 Elevation_Current_Drive_5 double
 Elevation_Current_Drive_6 double
 Elevation_Current_Drive_7 double
 Elevation_Current_Drive_8 double
 Elevation_Current_Drive_9 double
 Elevation_Current_Drive_10 double
 Elevation_Current_Drive_11 double
 Elevation_Current_Drive_12 double
 timestamp double	second
telemetry 100 MTMount_Elevation_Drives_Thermal
 Elevation_Thermal_Status_Group_1 string
 Elevation_Thermal_Status_Group_2 string
 Elevation_Surface_Temperature_Motor_1 double	degC
 Elevation_Surface_Temperature_Motor_2 double	degC
 Elevation_Surface_Temperature_Motor_3 double	degC
 Elevation_Surface_Temperature_Motor_4 double	degC
 Elevation_Surface_Temperature_Motor_5 double	degC
 Elevation_Surface_Temperature_Motor_6 double	degC
 Elevation_Surface_Temperature_Motor_7 double	degC
 Elevation_Surface_Temperature_Motor_8 double	degC
 Elevation_Surface_Temperature_Motor_9 double	degC
 Elevation_Surface_Temperature_Motor_10 double	degC
 Elevation_Surface_Temperature_Motor_11 double
 Elevation_Surface_Temperature_Motor_12 double	degC
 Elevation_Surface_Temperature_Drive_1 double	degC
 Elevation_Surface_Temperature_Drive_2 double	degC
 Elevation_Surface_Temperature_Drive_3 double	degC
 Elevation_Surface_Temperature_Drive_4 double	degC
 Elevation_Surface_Temperature_Drive_5 double	degC
 Elevation_Surface_Temperature_Drive_6 double	degC
 Elevation_Surface_Temperature_Drive_7 double	degC
 Elevation_Surface_Temperature_Drive_8 double	degC
 Elevation_Surface_Temperature_Drive_9 double	degC
 Elevation_Surface_Temperature_Drive_10 double	degC
 Elevation_Surface_Temperature_Drive_11 double	degC
 Elevation_Surface_Temperature_Drive_12 double	degC
 Elevation_Surface_Temperature_Setpoint_Group_1 double	degC
 Elevation_Surface_Temperature_Setpoint_Group_2 double	degC
 timestamp double	second
telemetry 100 MTMount_Encoder_EIB
 Azimuth_Actual_Encoder_Head_1 long	deg
 Azimuth_Actual_Encoder_Head_2 long	deg
 Azimuth_Actual_Encoder_Head_3 long	deg
 Azimuth_Actual_Encoder_Head_4 long	deg
 Elevation_Actual_Encoder_Head_1 long	deg
 Elevation_Actual_Encoder_Head_2 long	deg
 Elevation_Actual_Encoder_Head_3 long	deg
 Elevation_Actual_Encoder_Head_4 long	deg
 timestamp double	second
telemetry 100 MTMount_General
 AmbientTemperature double	degC
 timestamp double	second
telemetry 100 MTMount_General_Purpose_Glycol_Water
 TMA_AZ_GP_CPM_0001 double
 TMA_AZ_GP_CPM_0002 double
 TMA_PI_GP_CPM_0001 double
 TMA_PI_GP_CPM_0002 double
 TMA_PI_GP_CTM_0001 double
 TMA_PI_GP_CTM_0002 double
 timestamp double	second
telemetry 100 MTMount_Locking_Pins
 LP_Status_Drive_1 string
 LP_Status_Drive_2 string
 LP_Position_Drive_1 double	meterm
 LP_Position_Drive_2 double	meterm
 LP_Current_Drive_1 double	Amp
 LP_Current_Drive_2 double	Amp
 LP_Position_Setpoint_1 double	meterm
 LP_Position_Setpoint_2 double	meterm
 LP_Free_Limit_1 boolean
 LP_Free_Limit_2 boolean
 LP_Lock_Limit_1 boolean
 LP_Lock_Limit_2 boolean
 LP_Test_Limit_1 boolean
 LP_Test_Limit_2 boolean
 Elevation_Locking_Pin_1_Retracted boolean
 Elevation_Locking_Pin_2_Retracted boolean
 Elevation_Locking_Pin_1_Inserted boolean
 Elevation_Locking_Pin_2_Inserted boolean
 Elevation_Locking_Pin_1_Test boolean
 Elevation_Locking_Pin_2_Test boolean
 LP_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Main_Power_Supply
 Power_Supply_Status string
 Power_Supply_Thermal_Status string
 Power_Supply_DC_Voltage double	volt
 Power_Supply_Line_Voltage double	volt
 Power_Supply_Current double	Amp
 timestamp double	second
telemetry 100 MTMount_Main_Power_Supply_Cabinet
 Power_Supply_Surface_Temperature double	degC
 Power_Supply_Internal_Temperature double	degC
 Power_Supply_Setpoint_Temperature double	degC""
 timestamp double	second
telemetry 100 MTMount_Mirror_Cover
 MirrorCover_Status string
 MirrorCover_1_Status string
 MirrorCover_2_Status string
 MirrorCover_3_Status string
 MirrorCover_4_Status string
 MirrorCover_1_Current double	Amp
 MirrorCover_2_Current double	Amp
 MirrorCover_3_Current double	Amp
 MirrorCover_4_Current double	Amp
 MirrorCover_1_Actual_Position double	deg
 MirrorCover_2_Actual_Position double	deg
 MirrorCover_3_Actual_Position double	deg
 MirrorCover_4_Actual_Position double	deg
 MirrorCover_1_Deployed_Limit_Switch boolean
 MirrorCover_2_Deployed_Limit_Switch boolean
 MirrorCover_3_Deployed_Limit_Switch boolean
 MirrorCover_4_Deployed_Limit_Switch boolean
 MirrorCover_1_Retracted_Limit_Switch boolean
 MirrorCover_2_Retracted_Limit_Switch boolean
 MirrorCover_3_Retracted_Limit_Switch boolean
 MirrorCover_4_Retracted_Limit_Switch boolean
 MirrorCover_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Mirror_Cover_Locks
 MirrorCoverLock_1_Status string
 MirrorCoverLock_2_Status string
 MirrorCoverLock_3_Status string
 MirrorCoverLock_4_Status string
 MirrorCoverLock_1_Actual_Position double	deg
 MirrorCoverLock_2_Actual_Position double	deg
 MirrorCoverLock_3_Actual_Position double	deg
 MirrorCoverLock_4_Actual_Position double	deg
 MirrorCoverLock_1_Current double	Amp
 MirrorCoverLock_2_Current double	Amp
 MirrorCoverLock_3_Current double	Amp
 MirrorCoverLock_4_Current double	Amp
 MirrorCoverLock_3_Unlocked_Limit_Switch boolean
 MirrorCoverLock_2_Unlocked_Limit_Switch boolean
 MirrorCoverLock_1_Unlocked_Limit_Switch boolean
 MirrorCoverLock_4_Unlocked_Limit_Switch boolean
 MirrorCoverLock_3_Locked_Limit_Switch boolean
 MirrorCoverLock_2_Locked_Limit_Switch boolean
 MirrorCoverLock_1_Locked_Limit_Switch boolean
 MirrorCoverLock_4_Locked_Limit_Switch boolean
 MirrorCoverLock_Interlocks string[10]
 timestamp double	second
telemetry 100 MTMount_Mount_Control_Main_Cabinet
 Main_Cabinet_Status string
 Main_Cabinet_External_Temperature double	degC
 Main_Cabinet_Internal_Temperature_1 double	degC
 Main_Cabinet_Internal_Temperature_2 double	degC
 Main_Cabinet_Setpoint_Temperature double	degC
 Main_Cabinet_Doors_Open boolean
 timestamp double	second
telemetry 100 MTMount_OSS
 OSS_Status string
 OSS_A_Status_valve_5802 string
 OSS_A_Status_valve_5801 string
 OSS_A_Status_valve_5303 string
 OSS_A_Status_valve_5302 string
 OSS_A_Status_valve_5301 string
 OSS_A_Status_valve_5011 string
 OSS_A_Status_pump_5004 string
 OSS_A_Status_Filter_7 string
 Status_Bottom_centre_pump_5012 string
 Status_Bottom_centre_valve_5001 string
 Status_Bottom_heater_HET_5001 string
 Status_Bottom_left_pump_5011 string
 Status_Bottom_left_valve_5000 string
 Status_Bottom_right_pump_5013 string
 Status_Bottom_right_valve_5002 string
 Status_bridge_pump_running_unit_1 string
 Status_bridge_pump_running_unit_2 string
 Status_cooler_running_unit_1 string
 Status_cooler_running_unit_2 string
 Status_Filter_5 string
 Status_Filter_6 string
 Status_pump_5001 string
 Status_valve_5201 string
 OSS_MP_Status_centre_valve_5009 string
 OSS_MP_Status_Filter_1 string
 OSS_MP_Status_Filter_2 string
 OSS_MP_Status_Filter_3 string
 OSS_MP_Status_Filter_4 string
 OSS_MP_Status_left_valve_5008 string
 OSS_MP_Status_pump_5001 string
 OSS_MP_Status_pump_5002 string
 OSS_MP_Status_pump_5003 string
 OSS_MP_Status_right_valve_5010 string
 OSS_A_CPM_5007 double
 OSS_A_CPM_5008 double
 OSS_A_CPM_5021 double
 OSS_A_CPM_5031 double
 OSS_A_CPM_5053 double
 Temperature_Oil_from_bearings_XPos_side double	degC
 Temperature_Oil_from_bearings_XNeg_side double	degC
 Temperature_Tank double	degC
 Pressure_Tank double	bar
 Ambient_Temperature_Measured_by_OSS double	degC
 OSS_Oil_Valve_feedback double
 OSS_Oil_Cooling_Valve_control_signal double
 OSS_Oil_Cooling_CTM_5013 double
 OSS_Oil_Cooling_CTM_5012 double
 OSS_Oil_Cooling_CPM_5052 double
 OSS_Oil_Cooling_CPM_5051 double
 OSS_MP_CTM_5002 double
 OSS_MP_CTM_5001 double
 OSS_MP_CPM_5057 double
 OSS_MP_CPM_5056 double
 OSS_MP_CPM_5055 double
 OSS_MP_CPM_5054 double
 OSS_MP_CPM_5013 double
 OSS_MP_CPM_5012 double
 OSS_MP_CPM_5011 double
 OSS_MP_CPM_5006 double
 OSS_MP_CPM_5005 double
 OSS_MP_CPM_5004 double
 OSS_MP_CPM_5003 double
 OSS_MP_CPM_5002 double
 OSS_MP_CPM_5001 double
 AZ_XPos_M1_left_Bearing_1 double
 AZ_XPos_M1_left_Bearing_2 double
 AZ_XPos_M1_left_Bearing_3 double
 AZ_XPos_M1_left_Bearing_calculated double
 AZ_XPos_M1_right_Bearing_1 double
 AZ_XPos_M1_right_Bearing_2 double
 AZ_XPos_M1_right_Bearing_3 double
 AZ_XPos_M1_right_Bearing_calculated double
 AZ_XPos_M2_left_Bearing_1 double
 AZ_XPos_M2_left_Bearing_2 double
 AZ_XPos_M2_left_Bearing_3 double
 AZ_XPos_M2_left_Bearing_calculated double
 AZ_XPos_M2_right_Bearing_1 double
 AZ_XPos_M2_right_Bearing_2 double
 AZ_XPos_M2_right_Bearing_3 double
 AZ_XPos_M2_right_Bearing_calculated double
 AZ_XNeg_M1_left_Bearing_1 double
 AZ_XNeg_M1_left_Bearing_2 double
 AZ_XNeg_M1_left_Bearing_3 double
 AZ_XNeg_M1_left_Bearing_calculated double
 AZ_XNeg_M1_right_Bearing_1 double
 AZ_XNeg_M1_right_Bearing_2 double
 AZ_XNeg_M1_right_Bearing_3 double
 AZ_XNeg_M1_right_Bearing_calculated double
 AZ_XNeg_M2_left_Bearing_1 double
 AZ_XNeg_M2_left_Bearing_2 double
 AZ_XNeg_M2_left_Bearing_3 double
 AZ_XNeg_M2_left_Bearing_calculated double
 AZ_XNeg_M2_right_Bearing_1 double
 AZ_XNeg_M2_right_Bearing_2 double
 AZ_XNeg_M2_right_Bearing_3 double
 AZ_XNeg_M2_right_Bearing_calculated double
 CFM_5001 double
 CFM_5002 double
 CFM_5021 double
 CFM_5022 double
 CFM_5031 double
 CFM_5032 double
 CFM_5051 double
 CFM_5052 double
 CPM_5001 double
 CPM_5002 double
 CPM_5003 double
 CPM_5021 double
 CPM_5022 double
 CPM_5023 double
 CPM_5031 double
 CPM_5032 double
 CPM_5033 double
 CPM_5034 double
 CPM_5051 double
 CPM_5052 double
 CPM_5053 double
 CPM_5054 double
 CTM_5001 double
 CTM_5021 double
 CTM_5031 double
 CTM_5051 double
 AZ_XPos_M3_left_Bearing_1 double
 AZ_XPos_M3_left_Bearing_2 double
 AZ_XPos_M3_left_Bearing_3 double
 AZ_XPos_M3_left_Bearing_calculated double
 AZ_XPos_M3_middle_Bearing_1 double
 AZ_XPos_M3_middle_Bearing_2 double
 AZ_XPos_M3_middle_Bearing_3 double
 AZ_XPos_M3_middle_Bearing_calculated double
 AZ_XPos_M3_right_Bearing_1 double
 AZ_XPos_M3_right_Bearing_2 double
 AZ_XPos_M3_right_Bearing_3 double
 AZ_XPos_M3_right_Bearing_calculated double
 AZ_XNeg_M3_left_Bearing_1 double
 AZ_XNeg_M3_left_Bearing_2 double
 AZ_XNeg_M3_left_Bearing_3 double
 AZ_XNeg_M3_left_Bearing_calculated double
 AZ_XNeg_M3_middle_Bearing_1 double
 AZ_XNeg_M3_middle_Bearing_2 double
 AZ_XNeg_M3_middle_Bearing_3 double
 AZ_XNeg_M3_middle_Bearing_calculated double
 AZ_XNeg_M3_right_Bearing_1 double
 AZ_XNeg_M3_right_Bearing_2 double
 AZ_XNeg_M3_right_Bearing_3 double
 AZ_XNeg_M3_right_Bearing_calculated double
 CFM_5011 double
 CFM_5012 double
 CFM_5013 double
 CFM_5041 double
 CFM_5042 double
 CFM_5043 double
 CPM_5011 double
 CPM_5012 double
 CPM_5013 double
 CPM_5014 double
 CPM_5015 double
 CPM_5016 double
 CPM_5041 double
 CPM_5042 double
 CPM_5043 double
 CPM_5044 double
 CPM_5045 double
 CPM_5046 double
 CTM_5011 double
 CTM_5041 double
 EL_XPos_M1_left_Bearing_1 double
 EL_XPos_M1_left_Bearing_2 double
 EL_XPos_M1_left_Bearing_3 double
 EL_XPos_M1_left_Bearing_calculated double
 EL_XPos_M1_right_Bearing_1 double
 EL_XPos_M1_right_Bearing_2 double
 EL_XPos_M1_right_Bearing_3 double
 EL_XPos_M1_right_Bearing_calculated double
 EL_XPos_M2_left_Bearing_1 double
 EL_XPos_M2_left_Bearing_2 double
 EL_XPos_M2_left_Bearing_3 double
 EL_XPos_M2_left_Bearing_calculated double
 EL_XPos_M2_right_Bearing_1 double
 EL_XPos_M2_right_Bearing_2 double
 EL_XPos_M2_right_Bearing_3 double
 El_XPos_M2_right_Bearing_calculated double
 EL_XNeg_M1_left_Bearing_1 double
 EL_XNeg_M1_left_Bearing_2 double
 EL_XNeg_M1_left_Bearing_3 double
 EL_XNeg_M1_left_Bearing_calculated double
 EL_XNeg_M1_right_Bearing_1 double
 EL_XNeg_M1_right_Bearing_2 double
 EL_XNeg_M1_right_Bearing_3 double
 EL_XNeg_M1_right_Bearing_calculated double
 EL_XNeg_M2_left_Bearing_1 double
 EL_XNeg_M2_left_Bearing_2 double
 EL_XNeg_M2_left_Bearing_3 double
 EL_XNeg_M2_left_Bearing_calculated double
 EL_XNeg_M2_right_Bearing_1 double
 EL_XNeg_M2_right_Bearing_2 double
 EL_XNeg_M2_right_Bearing_3 double
 El_XNeg_M2_right_Bearing_calculated double
 EL_CFM_5001 double
 EL_CFM_5002 double
 EL_CFM_5011 double
 EL_CFM_5012 double
 EL_CFM_5021 double
 EL_CFM_5022 double
 EL_CFM_5031 double
 EL_CFM_5032 double
 EL_CPM_5001 double
 EL_CPM_5002 double
 EL_CPM_5003 double
 EL_CPM_5011 double
 EL_CPM_5012 double
 EL_CPM_5013 double
 EL_CPM_5021 double
 EL_CPM_5022 double
 EL_CPM_5023 double
 EL_CPM_5024 double
 EL_CPM_5031 double
 EL_CPM_5032 double
 EL_CPM_5033 double
 EL_CTM_5001 double
 EL_CTM_5011 double
 EL_CTM_5021 double
 EL_CTM_5031 double
 timestamp double	second
telemetry 100 MTMount_Safety_System
 AZ_LimPos_AND_topple_block_pos_A boolean
 AZ_LimNeg_AND_topple_block_pos_B boolean
 AZ_Overspeed boolean
 AZ_press_brake boolean
 AZ_brake_NO_actuated boolean
 EL_LimPos boolean
 EL_LimNeg boolean
 EL_Overspeed boolean
 EL_press_brake boolean
 EL_brake_NO_actuated boolean
 Mirror_cover_position_NO_Closed boolean
 Mirror_cover_locked_switch boolean
 AZ_cable_wrap_LimPos boolean
 AZ_cable_wrap_LimNeg boolean
 El_locking_pin_inserted boolean
 El_locking_pin_test_position boolean
 El_locking_retracted boolean
 Access_door_NO_closed boolean
 Access_door_ladder_NO_parked boolean
 Hatch_NO_Closed boolean
 Platform_NO_parking boolean
 Platform_NO_total_extended boolean
 Platform_extension_NO_inserted boolean
 Pull_CordPos boolean
 Pull_CordNeg boolean
 ETPB boolean
 ETPB_Phase boolean
 Global_IS_Interlock boolean
 Earthquake boolean
 SKF_NO_ok boolean
 Phase_NO_ok boolean
 MCS_watchdog boolean
 Loss_communication boolean
 GISfailure boolean
 PierAccess boolean
 DomeAccess boolean
 ETPBdome boolean
 DomeParked boolean
 M1M3Interlok boolean
 ManLiftParked boolean
 STO_and_brake_Azimuth boolean
 STO_and_brake_Elevation boolean
 STO_AZCW boolean
 STO_CCW boolean
 STO_Balancing_System boolean
 STO_Mirror_Cover boolean
 STO_Locking_pins boolean
 STO_Deployable_Platforms boolean
 Platform_extensions boolean
 Phase_Cutoff_power boolean
 Phase_Discharge_capacitors boolean
 SKF_Pressure_Off boolean
 CCW_Pull_Cord boolean
 Emergency_to_GIS boolean
 TMA_Brakes_Failed boolean
 MCS_Failed boolean
 Access_door_1_ladder_parker_position boolean
 Access_door_2_ladder_parker_position boolean
 AZ_platform_access_Door_1_switch boolean
 AZ_platform_access_Door_2_switch boolean
 Hath_switch_1 boolean
 Hath_switch_2 boolean
 Hath_switch_3 boolean
 Hath_switch_4 boolean
 Mirror_cover_1_assembly_locked_manual_switch_off boolean
 Mirror_cover_2_assembly_locked_manual_switch_off boolean
 Phase_Capacitor_cabinet_1_Door_Switch_1_9 boolean
 Phase_Capacitor_cabinet_2_Door_Switch_1_9 boolean
 Phase_Capacitor_cabinet_3_Door_Switch_1_9 boolean
 Phase_Capacitor_cabinet_4_Door_Switch_1_9 boolean
 Phase_Capacitor_cabinet_5_Door_Switch_1_9 boolean
 Phase_Capacitor_cabinet_6_Door_Switch_1_9 boolean
 Phase_Capacitor_cabinet_7_Door_Switch_1_9 boolean
 Phase_Capacitor_cabinet_8_Door_Switch_1_9 boolean
 ETPB_AZCW_handrail_middle_floor_1 boolean
 ETPB_AZCW_handrail_middle_floor_2 boolean
 ETPB_AZCW_handrail_middle_floor_3 boolean
 ETPB_AZCW_handrail_top_floor_1 boolean
 ETPB_AZCW_handrail_top_floor_2 boolean
 ETPB_AZCW_handrail_top_floor_3 boolean
 ETPB_Azimuth_area_XPos_beam_1 boolean
 ETPB_Azimuth_area_XPos_beam_2 boolean
 ETPB_Azimuth_area_XPos_beam_3 boolean
 ETPB_Azimuth_area_XNeg_beam_1 boolean
 ETPB_Azimuth_area_XNeg_beam_2 boolean
 ETPB_Azimuth_area_XNeg_beam_3 boolean
 ETPB_Azimuth_stair_XPos_section_1 boolean
 ETPB_Azimuth_stair_XPos_section_2 boolean
 ETPB_Azimuth_stair_XPos_section_3 boolean
 ETPB_Azimuth_stair_XNeg_section_1 boolean
 ETPB_Azimuth_stair_XNeg_section_2 boolean
 ETPB_Azimuth_stair_XNeg_section_3 boolean
 ETPB_Deployable_platform_XPos boolean
 ETPB_Deployable_platform_XNeg boolean
 ETPB_Elevation_XPos_pylon_1 boolean
 ETPB_Elevation_XPos_pylon_2 boolean
 ETPB_Elevation_XPos_TEA_1 boolean
 ETPB_Elevation_XPos_TEA_2 boolean
 ETPB_Elevation_XNeg_pylon_1 boolean
 ETPB_Elevation_XNeg_pylon_2 boolean
 ETPB_Elevation_XNeg_TEA_3 boolean
 ETPB_Elevation_XNeg_TEA_4 boolean
 ETPB_Elevation_ring_XPos_section_1 boolean
 ETPB_Elevation_ring_XPos_section_2 boolean
 ETPB_Elevation_ring_XPos_section_3 boolean
 ETPB_Elevation_ring_XNeg_section_1 boolean
 ETPB_Elevation_ring_XNeg_section_2 boolean
 ETPB_Elevation_ring_XNeg_section_3 boolean
 ETPB_Handdeld_emergency_3 boolean
 ETPB_Handdeld_emergency_4 boolean
 ETPB_Handheld_emergency_1 boolean
 ETPB_Handheld_emergency_2 boolean
 ETPB_MCS_Cabinet boolean
 ETPB_Phase_cabinet boolean
 Azimuth_Cable_Wrap_Negative_limit_switch boolean
 Azimuth_Cable_Wrap_Positive_limit_switch boolean
 Azimuth_Negative__power_off_limit_switch boolean
 Azimuth_positive__power_off_limit_switch boolean
 CCW_Movement_Negative_limit__pull_cord_ boolean
 CCW_Movement_Positive_limit__pull_cord_ boolean
 Elevation_Negative_power_off_limit_switch boolean
 Elevation_Positive_power_off_limit_switch boolean
 Hard_Stop_1_topple_block_LS1 boolean
 Hard_Stop_2_topple_block_LS1 boolean
 Handheld_1_Bypass_Pushbutton boolean
 Handheld_1_Enable_Pushbutton boolean
 Handheld_2_Bypass_Pushbutton boolean
 Handheld_2_Enable_Pushbutton boolean
 Handheld_3_Bypass_Pushbutton boolean
 Handheld_3_Enable_Pushbutton boolean
 Handheld_4_Bypass_Pushbutton boolean
 Handheld_4_Enable_Pushbutton boolean
 Deployable_Platform_1_Extension_1_Inserted_Position boolean
 Deployable_Platform_1_Extension_2_Inserted_Position boolean
 Deployable_Platform_1_Module_1_Parking_Position boolean
 Deployable_Platform_1_Module_2_Parking_Position boolean
 Deployable_Platform_2_Extension_1_Inserted_Position boolean
 Deployable_Platform_2_Extension_2_Inserted_Position boolean
 Deployable_Platform_2_Module_1_Parking_Position boolean
 Deployable_Platform_2_Module_2_Parking_Position boolean
 timestamp double	second
telemetry 100 MTMount_Top_End_Chiller
 TEC_Status_Chiller_1 string
 TEC_Status_Chiller_2 string
 TEC_Status_Cabinet_1 string
 TEC_Status_Cabinet_2 string
 TEC_Status_Cabinet_3 string
 TEC_Status_Cabinet_4 string
 TEC_Status_Cabinet_5 string
 TEC_Status_Cabinet_6 string
 TEC_Fan_Status_Cabinet_1 string
 TEC_Fan_Status_Cabinet_2 string
 TEC_Fan_Status_Cabinet_3 string
 TEC_Fan_Status_Cabinet_4 string
 TEC_Fan_Status_Cabinet_5 string
 TEC_Fan_Status_Cabinet_6 string
 TEC_Status_Chiller_1_Valve string
 TEC_Status_Chiller_2_Valve string
 TEC_Status_Fan_11 string
 TEC_Status_Fan_12 string
 TEC_Status_Fan_13 string
 TEC_Status_Fan_14 string
 TEC_Status_Fan_31 string
 TEC_Status_Fan_32 string
 TEC_Status_Fan_33 string
 TEC_Status_Fan_34 string
 TEC_Temperature_Area_1 double	degC
 TEC_Temperature_Area_2 double	degC
 TEC_Temperature_Area_3 double	degC
 TEC_Temperature_Area_4 double	degC
 TEC_Temperature_Area_5 double	degC
 TEC_Internal_Humidity_Cabinet_1 double
 TEC_Internal_Humidity_Cabinet_2 double
 TEC_Internal_Humidity_Cabinet_3 double
 TEC_Internal_Humidity_Cabinet_4 double
 TEC_Internal_Humidity_Cabinet_5 double
 TEC_Internal_Humidity_Cabinet_6 double
 TEC_Internal_Temperature_Cabinet_1 double	degC
 TEC_Internal_Temperature_Cabinet_2 double	degC
 TEC_Internal_Temperature_Cabinet_3 double	degC
 TEC_Internal_Temperature_Cabinet_4 double	degC
 TEC_Internal_Temperature_Cabinet_5 double	degC
 TEC_Internal_Temperature_Cabinet_6 double	degC
 TEC_Surface_Temperature_Cabinet_1 double	degC
 TEC_Surface_Temperature_Cabinet_2 double	degC
 TEC_Surface_Temperature_Cabinet_3 double	degC
 TEC_Surface_Temperature_Cabinet_4 double	degC
 TEC_Surface_Temperature_Cabinet_5 double	degC
 TEC_Surface_Temperature_Cabinet_6 double	degC
 TEC_Humidity_Area_1 double
 TEC_Humidity_Area_2 double
 TEC_Humidity_Area_3 double
 TEC_Humidity_Area_4 double
 TEC_Humidity_Area_5 double
 TEC_Temperature_Fan_13_Input double	degC
 TEC_Temperature_Fan_14_Input double	degC
 TEC_Regulation_Chiller_1_Valve double	degC
 TEC_Regulation_Chiller_2_Valve double	degC
 timestamp double	second
command 1 MTMount_command_clearerror
 state boolean
command 1 MTMount_command_closeMirrorCover
 state boolean
command 1 MTMount_command_configure
 spec_id string
command 1 MTMount_command_disableCamWrap
 state boolean
command 1 MTMount_command_enableCamWrap
 state boolean
command 1 MTMount_command_moveToTarget
 az_angle double	Degrees
 el_angle double	Degrees
 cablewrap_orientation string
command 1 MTMount_command_openMirrorCover
 state boolean
command 1 MTMount_command_trackTarget
 az_angle double	Degrees
 az_velocity double	Degrees/second
 el_angle double	Degrees
 el_velocity double	Degrees/second
 time double	Seconds
 cablewrap_orientation string
event 10 MTMount_logevent_mountError
 id long
 text string
event 10 MTMount_logevent_mountInPosition
 inposition boolean
event 10 MTMount_logevent_mountState
 id long
 text string
event 10 MTMount_logevent_mountWarning
 id long
 text string
command 1 MTOFC_command_readShwfsFile
 fileName string
command 1 MTOFC_command_readWfsFile
 fileName string
 sensorIdList int[9]
event 10 MTOFC_logevent_degreeOfFreedom
 dof double[50]
 timestamp double
event 10 MTOFC_logevent_heartbeat
 heartbeat boolean
event 10 MTOFC_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 MTOFC_logevent_noEnoughZernikeTerm
 timestamp double
event 10 MTOFC_logevent_rejectedCommand
 commandValue int
 detailedState enum detailedState_DetailedState_DisabledState,detailedState_DetailedState_EnabledState,detailedState_DetailedState_FaultState,detailedState_DetailedState_OfflineState,detailedState_DetailedState_StandbyState,detailedState_DetailedState_GetWfState,detailedState_DetailedState_CalcDofState
 timestamp double
telemetry 100 MTOFC_loopTimeMs
 loopTimeMs double
telemetry 100 MTOFC_timestamp
 timestamp double
telemetry 100 MTTCS_aOCS
 result string[32]
command 1 MTTCS_command_filterChangeRequest
 filterChangeRequest string
command 1 MTTCS_command_stopMotion
 stopMotion boolean
command 1 MTTCS_command_target
 targetId long
 fieldId long
 groupId long
 filter string
 requestTime double
 ra double
 decl double
 angle double
 num_exposures long
 exposure_times long
 slew_time double
command 1 MTTCS_command_wfpCalculate
 uid string
command 1 MTTCS_command_wfpSimulate
 uid string
 z_arr double[18]
telemetry 100 MTTCS_kernelDawdleFilter
 bypass long
 t float
telemetry 100 MTTCS_kernelFK5Target
 decl float
 epoc float
 equinox float
 parallax float
 pmDec float
 pmRA float
 ra float
 rv float
telemetry 100 MTTCS_kernelOpticsVt
 tilt float
 tip float
telemetry 100 MTTCS_kernelPointingControl
 aGuide float
 aLocal float
 bGuide float
 bLocal float
telemetry 100 MTTCS_kernelPointingLog
 aux float[3]
 casspa float
 decl float
 fl float
 humid float
 marked long
 pitch float
 press float
 ra float
 rcorr float
 roll float
 temp float
 tlr float
 wavel float
 xr float
 yr float
telemetry 100 MTTCS_kernelPointingModel
 coeffv float[100]
 model long[30]
 nTerml long
 nTerms long
 nTermx long
telemetry 100 MTTCS_kernelSite
 amprms float[21]
 aoprms float[15]
 daz float
 diurab float
 elong float
 lat float
 refa float
 refb float
 st0 float
 t0 float
 tt0 float
 ttj float
 ttmtai float
 uau float
 ukm float
 vau float
 vkm float
 delat float
 delut float
 elongm float
 hm float
 latm float
 tai float
 ttmtat float
 xpm float
 ypm float
telemetry 100 MTTCS_kernelTarget
 humid float
 press float
 tLR float
 tai float
 temp float
 wavel float
 xOffset float
 yOffset float
 az float
 azdot float
 el float
 eldot float
 focalPlaneX float
 focalPlaneY float
 t0 float
telemetry 100 MTTCS_kernelTimeKeeper
 cst float
 dcst float
 dsst float
 sst float
 tai float
 tt float
telemetry 100 MTTCS_kernelTrackRefSys
 ae2mt float[9]
 amprms float[21]
 cst float
 diurab float
 hm float
 humid float
 press float
 refa float
 refb float
 sst float
 tdbj float
 temp float
 tlat float
 tlr float
 wavel float
telemetry 100 MTTCS_kernelTrackingTarget
 positionX float
 positionY float
 t0 float
 velocityX float
 velocityY float
event 10 MTTCS_logevent_detailedState
 detailedState int	NA
event 10 MTTCS_logevent_filterChangeInPosition
 filterChangeInPosition boolean	NA
event 10 MTTCS_logevent_heartbeat
 heartbeat boolean	NA
event 10 MTTCS_logevent_heartbeatIn
 heartbeatIn boolean	NA
event 10 MTTCS_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean	NA
event 10 MTTCS_logevent_rejectedCommand
 commandValue int	NA
 detailedState int	NA
 timestamp double	NA
event 10 MTTCS_logevent_settingsApplied
 settings string
 timestamp double	Seconds
event 10 MTTCS_logevent_targetInPosition
 targetInPosition boolean	NA
event 10 MTTCS_logevent_wfpDataReady
 imagesLocationUri string
 imagesMatchUri string
event 10 MTTCS_logevent_zemaxError
 details string
telemetry 100 MTTCS_loopTime
 loopTime double
telemetry 100 MTTCS_timestamp
 timestamp double
telemetry 100 MTTCS_zEMAX
 bgAlgorithm string[32]
 exposure double
 iterations long
telemetry 100 MTVMS_M1M3
 timestamp double
 sensor1XAcceleration double[50]
 sensor1YAcceleration double[50]
 sensor1ZAcceleration double[50]
 sensor2XAcceleration double[50]
 sensor2YAcceleration double[50]
 sensor2ZAcceleration double[50]
 sensor3XAcceleration double[50]
 sensor3YAcceleration double[50]
 sensor3ZAcceleration double[50]
 sensor4XAcceleration double[50]
 sensor4YAcceleration double[50]
 sensor4ZAcceleration double[50]
 sensor5XAcceleration double[50]
 sensor5YAcceleration double[50]
 sensor5ZAcceleration double[50]
 sensor6XAcceleration double[50]
 sensor6YAcceleration double[50]
 sensor6ZAcceleration double[50]
telemetry 100 MTVMS_M2
 timestamp double
telemetry 100 MTVMS_TMA
 timestamp double
telemetry 100 MTVMS_cameraRotator
 timestamp double
command 1 MTVMS_command_shutdown
 shutdown boolean
event 10 MTVMS_logevent_acquisitionRate
 timestamp double
 rateInHz double
event 10 MTVMS_logevent_settingsApplied
 timestamp double
 settings string
event 10 MTWEP_logevent_comcamTargetWfsList
 sensorIdList int[9]
 timestamp double
event 10 MTWEP_logevent_famTargetWfsList
 sensorIdList int[120]
 timestamp double
event 10 MTWEP_logevent_heartbeat
 heartbeat boolean
event 10 MTWEP_logevent_imageReady
 imageDir string
 opdDir string
 intraFocalVisitId long
 extraFocalVisitId long
 timestamp double
event 10 MTWEP_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 MTWEP_logevent_noEnoughWfsNum
 timestamp double
event 10 MTWEP_logevent_normalTargetWfsList
 sensorIdList int[4]
 timestamp double
event 10 MTWEP_logevent_rejectedCommand
 commandValue int
 detailedState enum detailedState_DetailedState_DisabledState,detailedState_DetailedState_EnabledState,detailedState_DetailedState_FaultState,detailedState_DetailedState_OfflineState,detailedState_DetailedState_StandbyState
 timestamp double
event 10 MTWEP_logevent_sensorPssnList
 pssnList double[31]
 sensorIdList int[31]
 timestamp double
event 10 MTWEP_logevent_simParamList
 inst enum inst_InstType_ComCam,inst_InstType_Lsst
 ra double
 decl double
 camRot double
 filter enum filter_FilterType_Reference,filter_FilterType_U,filter_FilterType_G,filter_FilterType_R,filter_FilterType_I,filter_FilterType_Z,filter_FilterType_Y
 timestamp double
event 10 MTWEP_logevent_wavefrontError
 sensorId int
 annularZernikePoly double[19]
 timestamp double
telemetry 100 MTWEP_loopTimeMs
 loopTimeMs double
telemetry 100 MTWEP_timestamp
 timestamp double
command 1 OCS_command_script
 location string
command 1 OCS_command_sequence
 command string
event 10 OCS_logevent_oCSCommandIssued
 commandSource string	None
 sequenceNumber long	None
 identifier double	None
 timestamp string	None
 commandSent string	None
 returnValue long	None
event 10 OCS_logevent_oCSCommandStatus
 commandSource string	None
 sequenceNumber long	None
 identifier double	None
 timestamp string	None
 commandSent string	None
 statusValue long	None
 status string	None
event 10 OCS_logevent_oCSCurrentScript
 oCSScriptName string	None
 oCSScriptIdentifier double	None
 oCSScriptTimestamp string	None
event 10 OCS_logevent_oCSEntityShutdown
 name string	None
 identifier double	None
 timestamp string	None
 address long	None
event 10 OCS_logevent_oCSEntityStartup
 name string	None
 identifier double	None
 timestamp string	None
 address long	None
event 10 OCS_logevent_oCSEntitySummaryState
 name string	None
 identifier double	None
 timestamp string	None
 address long	None
 currentState string	None
 previousState string	None
 executing string	None
 commandsAvailable string	None
 configurationsAvailable string	None
event 10 OCS_logevent_oCSNextScript
 oCSScriptName string	None
 oCSScriptIdentifier double	None
 oCSScriptTimestamp string	None
event 10 OCS_logevent_oCSScriptEnd
 oCSScriptName string	None
 oCSScriptIdentifier double	None
 oCSScriptTimestamp string	None
 oCSScriptStatusCode long	None
 oCSScriptStatusText string	None
event 10 OCS_logevent_oCSScriptEntititesInUse
 oCSScriptName string	None
 oCSScriptIdentifier double	None
 oCSScriptTimestamp string	None
 oCSEntititesList string	None
event 10 OCS_logevent_oCSScriptError
 oCSScriptName string	None
 oCSScriptIdentifier double	None
 oCSScriptTimestamp string	None
 oCSScriptLineNumber long	None
 oCSScriptErrorCode long	None
 oCSScriptErrorText string	None
event 10 OCS_logevent_oCSScriptStart
 oCSScriptName string	None
 oCSScriptIdentifier double	None
 oCSScriptTimestamp string	None
telemetry 100 OCS_sequencerHeartbeat
 name string	None
 identifier float	None
 timestamp string	None
command 1 PointingComponent_command_amLimitSet keyed
 amlimit double
command 1 PointingComponent_command_azCurrentWrap keyed
 wrap enum ccw,cw
command 1 PointingComponent_command_azElTarget keyed
 targetName string
 targetInstance enum current,next,prospective
 azDegs double
 elDegs double
 rotPA double
command 1 PointingComponent_command_clearCollOffset keyed
 num int
command 1 PointingComponent_command_collOffset keyed
 ca double
 ce double
 num int
command 1 PointingComponent_command_copyTarget keyed
 copyFrom enum current,next,prospective
 copyTo long
command 1 PointingComponent_command_debugLevel keyed
 level enum none,fatal,error,warning,info,debug,verbose
command 1 PointingComponent_command_ephemTarget keyed
 ephemFile string
 targetName string
 targetInstance enum current,next,prospective
 dRA double
 dDec double
 rotPA double
command 1 PointingComponent_command_focusName keyed
 focus enum prime,nasmyth1,nasmyth2
command 1 PointingComponent_command_guideAutoclear keyed
 state enum on,off
command 1 PointingComponent_command_guideClear keyed
command 1 PointingComponent_command_guideControl keyed
 state enum on,off
command 1 PointingComponent_command_iersUpdate keyed
command 1 PointingComponent_command_offsetAbsorb keyed
 num int
command 1 PointingComponent_command_offsetAzEl keyed
 az double
 el double
 num int
command 1 PointingComponent_command_offsetClear keyed
 num int
command 1 PointingComponent_command_offsetPA keyed
 angle double
 radius double
command 1 PointingComponent_command_offsetRADec keyed
 type enum simple,tplane
 off1 double
 off2 double
 num int
command 1 PointingComponent_command_planetTarget keyed
 planetName enum mercury,venus,moon,mars,jupiter,saturn,uranus,neptune,pluto
 targetInstance long
 dRA double
 dDec double
 rotPA double
command 1 PointingComponent_command_pointAddData keyed
command 1 PointingComponent_command_pointCloseFile keyed
command 1 PointingComponent_command_pointLoadModel keyed
 pointingFile string
command 1 PointingComponent_command_pointNewFile keyed
command 1 PointingComponent_command_poriginAbsorb keyed
 num int
command 1 PointingComponent_command_poriginClear keyed
 num int
command 1 PointingComponent_command_poriginOffset keyed
 dx double
 dy double
 num int
command 1 PointingComponent_command_poriginXY keyed
 x double
 y double
command 1 PointingComponent_command_raDecTarget keyed
 targetName string
 targetInstance enum current,next,prospective
 frame enum fk5,icrs
 epoch double
 equinox double
 ra string
 declination string
 parallax double
 pmRA double
 pmDec double
 rv double
 dRA double
 dDec double
 rotPA double
 rotFrame enum target,fixed
 rotMode enum field,slit
command 1 PointingComponent_command_rotCurrentWrap keyed
 wrap enum ccw,cw
command 1 PointingComponent_command_rotOffset keyed
 iaa double
command 1 PointingComponent_command_setAccessMode keyed
 mode enum operator,engineer
command 1 PointingComponent_command_stop keyed
 state boolean
command 1 PointingComponent_command_wavelength keyed
 wavelength double
telemetry 100 PointingComponent_currentTargetStatus keyed
 timestamp double
 demandAz string
 demandEl string
 demandRot string
 ha string
 parAngle double
 airmass double
 demandRaString string
 demandDecString string
telemetry 100 PointingComponent_currentTimesToLimits keyed
 timestamp double
 timeToAzlim double
 timeToRotlim double
 timeToObservable double
 timeToUnobservable double
 timeToBlindSpot double
 timeToBlindSpotExit double
telemetry 100 PointingComponent_guidingAndOffsets keyed
 timestamp double
 iaa double
 guideControlState boolean
 guideAutoClearState boolean
 guideGA double
 guideGB double
 userOffsetRA double
 userOffsetDec double
 handsetOffsetRA double
 handsetOffsetDec double
 userCollOffsetCA double
 userCollOffsetCE double
 handsetCollOffsetCA double
 handsetCollOffsetCE double
 pointingOriginX double
 pointingOriginY double
 pointingOriginUserDX double
 pointingOriginUserDY double
 pointingOriginHandsetDX double
 pointingOriginHandsetDY double
event 10 PointingComponent_logevent_accessMode keyed
 eventState boolean
event 10 PointingComponent_logevent_airmassWarning keyed
 level enum none,minor,major
event 10 PointingComponent_logevent_axesTrackMode keyed
event 10 PointingComponent_logevent_azWrapAlarm keyed
 eventState boolean
event 10 PointingComponent_logevent_azWrapWarning keyed
 eventState boolean
event 10 PointingComponent_logevent_blindSpotWarning keyed
 level enum none,minor,major
event 10 PointingComponent_logevent_currentDebugLevel keyed
 currentLevel enum none,fatal,error,warning,info,debug,verbose
event 10 PointingComponent_logevent_currentTarget keyed
 timestamp double
 targetType enum raDec,azEl,planet,ephem
 targetName string
 ra double
 declination double
 frame enum fk5,icrs
 azDegs double
 elDegs double
 planetName enum mercury,venus,moon,mars,jupiter,saturn,uranus,neptune,pluto
 ephemFile string
 equinox double
 raString string
 decString string
 epoch double
 difftrackRA double
 difftrackDec double
 properMotionRA double
 properMotionDec double
 parallax double
 radvel double
 rotPA double
 rotFrame enum target,fixed
 rotMode enum field,slit
event 10 PointingComponent_logevent_detailedState keyed
 detailedState enum notTracking,openLoop,guiding
event 10 PointingComponent_logevent_focusNameInconsistentWarning keyed
 eventState boolean
event 10 PointingComponent_logevent_focusNameSelected keyed
 focus enum prime,nasmyth1,nasmyth2
event 10 PointingComponent_logevent_iers keyed
 timestamp double
 dut1 double
 poleX double
 poleY double
event 10 PointingComponent_logevent_iersOutOfDate keyed
 eventState boolean
event 10 PointingComponent_logevent_inBlindSpot keyed
 eventState boolean
event 10 PointingComponent_logevent_inPosition keyed
 eventState boolean
event 10 PointingComponent_logevent_inPositionAz keyed
 eventState boolean
event 10 PointingComponent_logevent_inPositionEl keyed
 eventState boolean
event 10 PointingComponent_logevent_inPositionRot keyed
 eventState boolean
event 10 PointingComponent_logevent_moonProximityWarning keyed
 level enum none,minor,major
event 10 PointingComponent_logevent_mountDataWarning keyed
 level enum none,minor,major
event 10 PointingComponent_logevent_mountGuideMode keyed
event 10 PointingComponent_logevent_nextTarget keyed
 timestamp double
 targetType enum raDec,azEl,planet,ephem
 targetName string
 ra double
 declination double
 frame enum fk5,icrs
 azDegs double
 elDegs double
 planetName enum mercury,venus,moon,mars,jupiter,saturn,uranus,neptune,pluto
 ephemFile string
 equinox double
 raString string
 decString string
 epoch double
 difftrackRA double
 difftrackDec double
 properMotionRA double
 properMotionDec double
 parallax double
 radvel double
 rotPA double
 rotFrame enum target,fixed
 rotMode enum field,slit
event 10 PointingComponent_logevent_objectSetWarning keyed
 level enum none,minor,major
event 10 PointingComponent_logevent_pointingModel keyed
 timestamp double
 pointingModelTermNames string
 pointingModelTermValues string
event 10 PointingComponent_logevent_prospectiveTarget keyed
 timestamp double
 targetType enum raDec,azEl,planet,ephem
 targetName string
 ra double
 declination double
 frame enum fk5,icrs
 azDegs double
 elDegs double
 planetName enum mercury,venus,moon,mars,jupiter,saturn,uranus,neptune,pluto
 ephemFile string
 equinox double
 raString string
 decString string
 epoch double
 difftrackRA double
 difftrackDec double
 properMotionRA double
 properMotionDec double
 parallax double
 radvel double
 rotPA double
 rotFrame enum target,fixed
 rotMode enum field,slit
event 10 PointingComponent_logevent_rotWrapWarning keyed
 level enum none,minor,major
event 10 PointingComponent_logevent_settingsApplied keyed
 settings long
event 10 PointingComponent_logevent_sunProximityWarning keyed
 level enum none,minor,major
event 10 PointingComponent_logevent_wavelength keyed
 wavelength double
event 10 PointingComponent_logevent_weatherDataApplied keyed
 ambient_temp double
 pressure double
 humidity double
event 10 PointingComponent_logevent_weatherDataInvalid keyed
 eventState boolean
telemetry 100 PointingComponent_mountStatus keyed
 timestamp double
 mountRA double
 mountDec double
 mountRAString string
 mountDecString string
 mountAzCurrentWrap enum ccw,cw
 mountRotCurrentWrap enum ccw,cw
 mountAzError double
 mountElError double
 mountRotError double
 mountAzString string
 mountElString string
 mountRotString string
 mountRotIAA double
 mountRotIPA double
telemetry 100 PointingComponent_nextTargetStatus keyed
 timestamp double
 demandAz string
 demandEl string
 demandRot string
 ha string
 parAngle double
 airmass double
 demandRaString string
 demandDecString string
telemetry 100 PointingComponent_nextTimesToLimits keyed
 timestamp double
 timeToAzlim double
 timeToRotlim double
 timeToObservable double
 timeToUnobservable double
 timeToBlindSpot double
 timeToBlindSpotExit double
telemetry 100 PointingComponent_prospectiveTargetStatus keyed
 timestamp double
 demandAz string
 demandEl string
 demandRot string
 ha string
 parAngle double
 airmass double
 demandRaString string
 demandDecString string
telemetry 100 PointingComponent_prospectiveTimesToLimits keyed
 timestamp double
 timeToAzlim double
 timeToRotlim double
 timeToObservable double
 timeToUnobservable double
 timeToBlindSpot double
 timeToBlindSpotExit double
telemetry 100 PointingComponent_timeAndDate keyed
 tai double
 utc string
 lst string
 jd double
 mjd double
 localTime string
 leapSecs int
 timezone double
event 10 PromptProcessing_logevent_entityShutdown
 name string
 identifier double
 timestamp string
 address long
event 10 PromptProcessing_logevent_entityStartup
 name string
 identifier double
 timestamp string
 address long
event 10 PromptProcessing_logevent_entitySummaryState
 name string
 identifier double
 timestamp string
 address long
 currentState string
 previousState string
 executing string
 commandsAvailable string
 configurationsAvailable string
event 10 PromptProcessing_logevent_settingsApplied
 settings string
 tsXMLVersion string
 tsSALVersion string
 l1dmRepoTag string
telemetry 100 PromptProcessing_sequencerHeartbeat
 name string
 identifier float
 timestamp string
telemetry 100 Rotator_Application
 Demand double
 Position double
 Error double
telemetry 100 Rotator_Electrical
 CopleyStatusWordDrive int[2]
 CopleyLatchingFaultStatus int[2]
telemetry 100 Rotator_Motors
 Calibrated double[2]
 Raw double[2]
command 1 Rotator_command_clearError
 state boolean
command 1 Rotator_command_configureAcceleration
 alimit double	deg/s^2
command 1 Rotator_command_configureVelocity
 vlimit double	deg/s
command 1 Rotator_command_move
 state boolean
command 1 Rotator_command_moveConstantVelocity
 state boolean
command 1 Rotator_command_positionSet
 angle double	deg
command 1 Rotator_command_test
 ivalue1 long
 ivalue2 long
command 1 Rotator_command_track
 angle double
 velocity double
 tai double
command 1 Rotator_command_trackStart
 state boolean
command 1 Rotator_command_velocitySet
 velocity double	deg/s
 moveDuration double	s
event 1+10 Rotator_logevent_commandableByDDS
 state boolean
event 10 Rotator_logevent_deviceError
 code string
 device string
 severity long
 timestamp double
event 10 Rotator_logevent_inPosition
 inPosition boolean
event 10 Rotator_logevent_interlock
 detail string
 timestamp double
event 10 Rotator_logevent_rejectedCommand
 commandValue string
 detailedState string
 timestamp double
event 10 Rotator_logevent_settingsApplied
 positionAngleUpperLimit double	deg
 velocityLimit double	deg/s
 accelerationLimit double	deg/s^2
 positionErrorThreshold double
 positionAngleLowerLimit double	deg
 followingErrorThreshold double
 trackingSuccessPositionThreshold double
 trackingLostTimeout double
event 10 Rotator_logevent_trackLost
 timestamp double
event 10 Rotator_logevent_tracking
 timestamp double
telemetry 100 Scheduler_avoidanceRegions keyed
 avoidanceRegions long
 scale float
 zero float
 timestamp double
telemetry 100 Scheduler_bulkCloud keyed
 bulkCloud double
 timestamp double
telemetry 100 Scheduler_cameraConfig keyed
 readoutTime double
 shutterTime double
 filterMountTime double
 filterChangeTime double
 filterMaxChangesBurstNum long
 filterMaxChangesBurstTime double
 filterMaxChangesAvgNum long
 filterMaxChangesAvgTime double
 filterMounted string
 filterPos string
 filterRemovable string
 filterUnmounted string
telemetry 100 Scheduler_cloudMap keyed
 cloudMap long
 scale float
 zero float
 timestamp double
telemetry 100 Scheduler_domeConfig keyed
 altitudeMaxspeed double
 altitudeAccel double
 altitudeDecel double
 altitudeFreerange double
 azimuthMaxspeed double
 azimuthAccel double
 azimuthDecel double
 azimuthFreerange double
 settleTime double
telemetry 100 Scheduler_downtime keyed
 scheduledDowntime long[200]
 unscheduledDowntimes long[200]
 timestamp double
telemetry 100 Scheduler_driverConfig keyed
 coaddValues boolean
 timeBalancing boolean
 timecostTimeMax double
 timecostTimeRef double
 timecostCostRef double
 timecostWeight double
 filtercostWeight double
 propboostWeight double
 nightBoundary double
 newMoonPhaseThreshold double
 ignoreSkyBrightness boolean
 ignoreAirmass boolean
 ignoreClouds boolean
 ignoreSeeing boolean
 lookaheadWindowSize float
 lookaheadBonusWeight double
 startupType string
 startupDatabase string
telemetry 100 Scheduler_generalPropConfig keyed
 name string
 propId long
 twilightBoundary double
 deltaLst double
 decWindow double
 maxAirmass double
 maxCloud double
 minDistanceMoon double
 excludePlanets boolean
 numRegionSelections long
 regionTypes string
 regionMinimums double[10]
 regionMaximums double[10]
 regionBounds double[10]
 regionCombiners string
 numTimeRanges long
 timeRangeStarts long[20]
 timeRangeEnds long[20]
 numSelectionMappings long[20]
 selectionMappings long[100]
 numExclusionSelections long
 exclusionTypes string
 exclusionMinimums double[10]
 exclusionMaximums double[10]
 exclusionBounds double[10]
 fieldRevisitLimit long
 numFilters long
 filterNames string
 numVisits long[10]
 numGroupedVisits long[10]
 maxGroupedVisits long[10]
 brightLimit double[10]
 darkLimit double[10]
 maxSeeing double[10]
 numFilterExposures long[10]
 exposures double[20]
 maxNumTargets long
 acceptSerendipity boolean
 acceptConsecutiveVisits boolean
 restartLostSequences boolean
 restartCompleteSequences boolean
 maxVisitsGoal long
 airmassBonus double
 hourAngleBonus double
 hourAngleMax double
 restrictGroupedVisits boolean
 timeInterval double
 timeWindowStart double
 timeWindowMax double
 timeWindowEnd double
 timeWeight double
telemetry 100 Scheduler_interestedProposal keyed
 observationId long
 numProposals long
 proposalIds long[10]
 proposalValues double[10]
 proposalNeeds double[10]
 proposalBonuses double[10]
 proposalBoosts double[10]
event 10 Scheduler_logevent_heartbeat keyed
 heartbeat boolean
event 10 Scheduler_logevent_invalidateTarget keyed
 targetId long
 invalid boolean
 timestamp double
event 10 Scheduler_logevent_loopTimeOutOfRange keyed
 loopTimeOutOfRange boolean
event 10 Scheduler_logevent_needFilterSwap keyed
 needSwap boolean
 filterToUnmount string
event 10 Scheduler_logevent_rejectedCommand keyed
 commandValue int
 detailedState long
 timestamp double
event 10 Scheduler_logevent_settingsApplied keyed
 version string
 scheduler string
 cloudModel string
 downtimeModel string
 seeingModel string
 skybrightnessModel string
 observatoryModel string
 observatoryLocation string
event 10 Scheduler_logevent_target keyed
 targetId long
 requestTime double
 requestMjd double
 ra double
 decl double
 skyAngle double
 filter string
 numExposures long
 exposureTimes double[10]
 slewTime double
 offsetX double
 offsetY double
 numProposals long
 proposalId long[5]
 isSequence boolean
 sequenceNVisits long
 sequenceVisits long
 sequenceDuration double
 airmass double
 skyBrightness double
 cloud double
 seeing double
 moonRa double
 moonDec double
 moonAlt double
 moonAz double
 moonDistance double
 moonPhase double
 sunRa double
 sunDec double
 sunAlt double
 sunAz double
 solarElong double
 note string
telemetry 100 Scheduler_loopTimeMs keyed
 loopTimeMs double
telemetry 100 Scheduler_nightSummary keyed
 totalVisits double
 timestamp double
telemetry 100 Scheduler_obsSiteConfig keyed
 name string
 latitude double
 longitude double
 height double
 pressure double
 temperature double
 relativeHumidity double
telemetry 100 Scheduler_observation keyed
 observationId long
 observationStartTime double
 observationStartMjd double
 observationStartLst double
 night long
 targetId long
 fieldId long
 groupId long
 filter string
 numProposals long
 proposalIds long[10]
 ra double
 decl double
 angle double
 altitude double
 azimuth double
 numExposures long
 exposureTimes long[10]
 visitTime double
 skyBrightness double
 airmass double
 cloud double
 seeingFwhm500 double
 seeingFwhmGeom double
 seeingFwhmEff double
 fiveSigmaDepth double
 moonRa double
 moonDec double
 moonAlt double
 moonAz double
 moonPhase double
 moonDistance double
 sunAlt double
 sunAz double
 sunRa double
 sunDec double
 solarElong double
 slewTime double
 note string
telemetry 100 Scheduler_observatoryState keyed
 timestamp double
 pointingRa double
 pointingDec double
 pointingAngle double
 pointingAltitude double
 pointingAzimuth double
 pointingPa double
 pointingRot double
 tracking boolean
 telescopeAltitude double
 telescopeAzimuth double
 telescopeRotator double
 domeAltitude double
 domeAzimuth double
 filterPosition string
 filterMounted string
 filterUnmounted string
telemetry 100 Scheduler_opticsLoopCorrConfig keyed
 telOpticsOlSlope double
 telOpticsClAltLimit double[3]
 telOpticsClDelay double[2]
telemetry 100 Scheduler_parkConfig keyed
 telescopeAltitude double
 telescopeAzimuth double
 telescopeRotator double
 domeAltitude double
 domeAzimuth double
 filterPosition string
telemetry 100 Scheduler_photometricQuality keyed
 photometricQuality double
 timestamp double
telemetry 100 Scheduler_predictedSchedule keyed
 ra double
 decl double
 skyAngle double
 visitTime double
 filter string
telemetry 100 Scheduler_rotatorConfig keyed
 minpos double
 maxpos double
 filterChangePos double
 maxspeed double
 accel double
 decel double
 manualRotator boolean
 followsky boolean
 resumeAngle boolean
telemetry 100 Scheduler_schedulerConfig keyed
 surveyDuration double
telemetry 100 Scheduler_seeing keyed
 seeing double
 timestamp double
telemetry 100 Scheduler_sequencePropConfig keyed
 name string
 propId long
 twilightBoundary double
 deltaLst double
 decWindow double
 maxAirmass double
 maxCloud double
 minDistanceMoon double
 excludePlanets boolean
 numUserRegions long
 userRegionIds long[20]
 numSubSequences long
 subSequenceNames string
 numSubSequenceFilters long[20]
 subSequenceFilters string
 numSubSequenceFilterVisits long[60]
 numSubSequenceEvents long[10]
 numSubSequenceMaxMissed long[10]
 subSequenceTimeIntervals double[10]
 subSequenceTimeWindowStarts double[10]
 subSequenceTimeWindowMaximums double[10]
 subSequenceTimeWindowEnds double[10]
 subSequenceTimeWeights double[10]
 numMasterSubSequences long
 masterSubSequenceNames string
 numNestedSubSequences long
 nestedSubSequenceNames string
 numMasterSubSequenceEvents long
 numMasterSubSequenceMaxMissed long
 masterSubSequenceTimeIntervals double
 masterSubSequenceTimeWindowStarts double
 masterSubSequenceTimeWindowMaximums double
 masterSubSequenceTimeWindowEnds double
 masterSubSequenceTimeWeights double
 numNestedSubSequenceFilters long
 nestedSubSequenceFilters string
 numNestedSubSequenceFilterVisits long
 numNestedSubSequenceEvents long
 numNestedSubSequenceMaxMissed long
 nestedSubSequenceTimeIntervals double
 nestedSubSequenceTimeWindowStarts double
 nestedSubSequenceTimeWindowMaximums double
 nestedSubSequenceTimeWindowEnds double
 nestedSubSequenceTimeWights double
 numFilters long
 filterNames string
 brightLimit double[10]
 darkLimit double[10]
 maxSeeing double[10]
 numFilterExposures long[10]
 exposures double[50]
 maxNumTargets long
 acceptSerendipity boolean
 acceptConsecutiveVisits boolean
 restartLostSequences boolean
 restartCompleteSequences boolean
 maxVisitsGoal long
 airmassBonus double
 hourAngleBonus double
 hourAngleMax double
telemetry 100 Scheduler_skyBrightness keyed
 skyBrightnress long
 scale float
 zero float
 filter string
 timestamp double
telemetry 100 Scheduler_slewConfig keyed
 prereqDomalt string
 prereqDomaz string
 prereqDomazSettle string
 prereqTelalt string
 prereqTelaz string
 prereqTelOpticsOpenLoop string
 prereqTelOpticsClosedLoop string
 prereqTelSettle string
 prereqTelRot string
 prereqFilter string
 prereqExposures string
 prereqReadout string
 prereqAdc string
 prereqInsOptics string
 prereqGuiderPos string
 prereqGuiderAdq string
telemetry 100 Scheduler_surveyTopology keyed
 numGeneralProps long
 generalPropos string
 numSeqProps long
 sequencePropos string
telemetry 100 Scheduler_telescopeConfig keyed
 altitudeMinpos double
 altitudeMaxpos double
 azimuthMinpos double
 azimuthMaxpos double
 altitudeMaxspeed double
 altitudeAccel double
 altitudeDecel double
 azimuthMaxspeed double
 azimuthAccel double
 azimuthDecel double
 settleTime double
telemetry 100 Scheduler_temperature keyed
 temperature double
 timestamp double
telemetry 100 Scheduler_timeHandler keyed
 night long
 isDown boolean
 downDuration double
 timestamp double
telemetry 100 Scheduler_timestamp keyed
 timestamp double
telemetry 100 Scheduler_wind keyed
 speed double
 direction double
 timestamp double
command 1 ScriptQueue_command_add keyed
 isStandard boolean
 path string
 config string
 descr string
 location enum First,Last,Before,After
 locationSalIndex int
command 1 ScriptQueue_command_move keyed
 salIndex int
 location enum First,Last,Before,After
 locationSalIndex int
command 1 ScriptQueue_command_pause keyed
 ignored boolean
command 1 ScriptQueue_command_requeue keyed
 salIndex int
 location enum First,Last,Before,After
 locationSalIndex int
command 1 ScriptQueue_command_resume keyed
 ignored boolean
command 1 ScriptQueue_command_showAvailableScripts keyed
 ignored boolean
command 1 ScriptQueue_command_showQueue keyed
 ignored boolean
command 1 ScriptQueue_command_showScript keyed
 salIndex int
command 1 ScriptQueue_command_stopScripts keyed
 length int
 salIndices int[400]
 terminate boolean
event 10 ScriptQueue_logevent_availableScripts keyed
 standard string
 external string
event 10 ScriptQueue_logevent_heartbeat keyed
 heartbeat boolean
event 10 ScriptQueue_logevent_queue keyed
 enabled boolean
 running boolean
 currentSalIndex int
 length int
 salIndices int[400]
 pastLength int
 pastSalIndices int[400]
command 1 Script_command_configure keyed
 config string
command 1 Script_command_setCheckpoints keyed
 pause string
 stop string
command 1 Script_command_setLogLevel keyed
 level int
event 10 Script_logevent_checkpoints keyed
 pause string
 stop string
event 10 Script_logevent_description keyed
 classname string
 description string
 remotes string
event 10 Script_logevent_heartbeat keyed
 heartbeat boolean
event 10 Script_logevent_logLevel keyed
 level int
event 10 Script_logevent_logMessage keyed
 level int
 message string
 traceback string
event 10 Script_logevent_metadata keyed
 coordinateSystem enum CSys_None,CSys_ICRS,CSys_Observed,CSys_Mount
 position double[2]	degrees
 rotationSystem enum Rot_None,Rot_Sky,Rot_Horizon,Rot_Mount
 cameraAngle double	degrees
 filters string	seconds
 dome enum Dome_Closed,Dome_Open,Dome_Either	seconds
 duration double	seconds
event 10 Script_logevent_state keyed
 state enum Unconfigured,Configured,Running,Paused,Ending,Stopping,Failing,Done,Stopped,Failed
 reason string
 lastCheckpoint string
command 1 Sequencer_command_script
 location string
command 1 Sequencer_command_sequence
 command string
event 10 Sequencer_logevent_sequencerCommandIssued
 commandSource string	None
 sequenceNumber long	None
 identifier double	None
 timestamp string	None
 commandSent string	None
 returnValue long	None
event 10 Sequencer_logevent_sequencerCommandStatus
 commandSource string	None
 sequenceNumber long	None
 identifier double	None
 timestamp string	None
 commandSent string	None
 statusValue long	None
 status string	None
event 10 Sequencer_logevent_sequencerCurrentScript
 sequencerScriptName string	None
 sequencerScriptIdentifier double	None
 sequencerScriptTimestamp string	None
event 10 Sequencer_logevent_sequencerEntityShutdown
 name string	None
 identifier double	None
 timestamp string	None
 address long	None
event 10 Sequencer_logevent_sequencerEntityStartup
 name string	None
 identifier double	None
 timestamp string	None
 address long	None
event 10 Sequencer_logevent_sequencerEntitySummaryState
 name string	None
 identifier double	None
 timestamp string	None
 address long	None
 currentState string	None
 previousState string	None
 executing string	None
 commandsAvailable string	None
 configurationsAvailable string	None
event 10 Sequencer_logevent_sequencerNextScript
 sequencerScriptName string	None
 sequencerScriptIdentifier double	None
 sequencerScriptTimestamp string	None
event 10 Sequencer_logevent_sequencerScriptEnd
 sequencerScriptName string	None
 sequencerScriptIdentifier double	None
 sequencerScriptTimestamp string	None
 sequencerScriptStatusCode long	None
 sequencerScriptStatusText string	None
event 10 Sequencer_logevent_sequencerScriptEntititesInUse
 sequencerScriptName string	None
 sequencerScriptIdentifier double	None
 sequencerScriptTimestamp string	None
 sequencerEntititesList string	None
event 10 Sequencer_logevent_sequencerScriptError
 sequencerScriptName string	None
 sequencerScriptIdentifier double	None
 sequencerScriptTimestamp string	None
 sequencerScriptLineNumber long	None
 sequencerScriptErrorCode long	None
 sequencerScriptErrorText string	None
event 10 Sequencer_logevent_sequencerScriptStart
 sequencerScriptName string	None
 sequencerScriptIdentifier double	None
 sequencerScriptTimestamp string	None
telemetry 100 Sequencer_sequencerHeartbeat
 name string	None
 identifier float	None
 timestamp string	None
event 10 SummitFacility_logevent_heartbeat
 heartbeat boolean
event 10 SummitFacility_logevent_loopTimeOutOfRange
 loopTimeOutOfRange boolean
event 10 SummitFacility_logevent_rejectedCommand
 commandValue int
 detailedState long
 timestamp double
telemetry 100 SummitFacility_loopTime
 loopTime double
telemetry 100 SummitFacility_timestamp
 timestamp double
command 1 Test_command_fault keyed
 ignored boolean
command 1 Test_command_wait keyed
 ack int
 duration double	seconds
event 10 Test_logevent_heartbeat keyed
 heartbeat boolean
command 1 TunableLaser_command_changeWavelength
 wavelength long	nanometers
command 1 TunableLaser_command_clearFaultState
 clearFaultState boolean
command 1 TunableLaser_command_startPropagateLaser
 startPropagateLaser boolean
command 1 TunableLaser_command_stopPropagateLaser
 stopPropagateLaser boolean
event 10 TunableLaser_logevent_laserInstabilityFlag
 timestamp double	Seconds
telemetry 100 TunableLaser_temperature
 temperature float	degrees
telemetry 100 TunableLaser_wavelength
 wavelength double	nanometers
