// Made from the package framework by go test ./ftpcheck/benchmark -run TestFrameworks -update.

locals {
  // The requirements that open FTP bears on. docs/index.md says more of them, and why the
  // CIS AWS Foundations Benchmark is not among them.
  framework_tags = {
    aws_config           = "restricted-common-ports"
    aws_fsbp             = "EC2.18, EC2.19"
    aws_well_architected = "SEC05-BP02"
    cis_controls_v8      = "4.4"
    datadog              = "660-246-354"
    hipaa_security_rule  = "164.308(a)(1)(ii)(B), 164.312(a)(1), 164.312(e)(1)"
    iso_27001_2022       = "A.8.20, A.8.21, A.8.22"
    mitre_attack         = "T1110.001, T1133, T1190"
    nist_800_53_rev_5    = "AC-4, AC-4(21), CM-7, CM-7(1), SC-7, SC-7(5), SC-7(11)"
    nist_csf_v2          = "PR.IR-01"
    pci_dss_v4           = "1.2.5, 1.2.6, 1.2.7, 1.3.1, 1.4.2, 2.2.5"
    soc_2                = "CC6.1, CC6.6, CC7.1"
  }
}
